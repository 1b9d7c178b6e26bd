package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// Key moments of a match as they are told.
///
/// @param json of each, the oldest first by their own times
/// @param truncated whether there are older ones
public record KeyMoments(List<String> json, boolean truncated) {

    /// The most that are told of a match.
    public static final int MOST = 500;

    public KeyMoments {
        json = List.copyOf(json);
    }

    /// @param newestFirst read no further than needed
    public static KeyMoments of(Iterator<String> newestFirst) {
        List<String> json = new ArrayList<>();
        while (json.size() < MOST && newestFirst.hasNext()) {
            json.add(newestFirst.next());
        }
        Collections.reverse(json);
        return new KeyMoments(json, newestFirst.hasNext());
    }
}
