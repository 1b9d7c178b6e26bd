package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// The key moments of a match as the API returns them.
///
/// @param json one JSON object per key moment, ordered by their own times
/// @param truncated whether the match has older key moments
public record KeyMomentList(List<String> json, boolean truncated) {

    /// The most key moments that are returned.
    public static final int MOST = 500;

    public KeyMomentList {
        json = List.copyOf(json);
    }

    /// @param newestFirst is read no further than needed
    public static KeyMomentList of(Iterator<String> newestFirst) {
        List<String> json = new ArrayList<>();
        while (json.size() < MOST && newestFirst.hasNext()) {
            json.add(newestFirst.next());
        }
        Collections.reverse(json);
        return new KeyMomentList(json, newestFirst.hasNext());
    }
}
