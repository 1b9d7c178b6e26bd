package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A minute and how many events it has.
///
/// @param minute minutes since the epoch
public record Peak(long minute, long events) {

    /// The busiest first; of equals the earliest.
    static final Comparator<Peak> BUSIEST_FIRST = Comparator.comparingLong(Peak::events).reversed().thenComparingLong(Peak::minute);

    /// How many are kept.
    static final int KEPT = 5;

    /// The busiest minutes after one of them, or another, has grown. Exact, because minutes never shrink: one that is not among
    /// the kept ones was no busier than the last of them.
    static List<Peak> with(List<Peak> peaks, Peak grown) {
        List<Peak> next = new ArrayList<>(peaks);
        next.removeIf(peak -> peak.minute() == grown.minute());
        next.add(grown);
        next.sort(BUSIEST_FIRST);
        return List.copyOf(next.subList(0, Math.min(KEPT, next.size())));
    }
}
