package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A minute and its number of events.
///
/// @param minute minutes since the epoch
public record Peak(long minute, long events) {

    /// The busiest minute first; of equally busy minutes the earliest.
    static final Comparator<Peak> BUSIEST_FIRST = Comparator.comparingLong(Peak::events).reversed()
            .thenComparingLong(Peak::minute);

    /// The number of busiest minutes that are kept.
    static final int KEPT = 5;

    /// The busiest minutes after one minute has grown. Exact, because minutes never shrink: a minute that is not kept
    /// was no busier than the last kept one.
    static List<Peak> with(List<Peak> peaks, Peak grown) {
        List<Peak> next = new ArrayList<>(peaks);
        next.removeIf(peak -> peak.minute() == grown.minute());
        next.add(grown);
        next.sort(BUSIEST_FIRST);
        return List.copyOf(next.subList(0, Math.min(KEPT, next.size())));
    }
}
