package com.fanfinity.analytics.lab.chaos;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The times from one disturbance until each milestone of the recovery. Only requests that started after it count. Not
/// thread-safe.
final class Recovery {

    enum Milestone {
        FIRST_202,
        FIRST_READ,
        EVERY_READ,
        SINK
    }

    private final String group;
    private final long from;
    private final long acceptedBefore;
    private final Set<String> unread;
    private final Map<Milestone, Double> seconds = new EnumMap<>(Milestone.class);

    /// @param from the time of the kill or restart, or the end of a stop, by nanoTime
    /// @param acceptedBefore the number of stored events at which the sink has caught up
    /// @param matches the number of matches that must be readable
    Recovery(String group, long from, long acceptedBefore, Set<String> matches) {
        this.group = group;
        this.from = from;
        this.acceptedBefore = acceptedBefore;
        this.unread = new HashSet<>(matches);
    }

    String group() {
        return group;
    }

    /// Seconds until the milestone, unless the next disturbance came first.
    Optional<Double> after(Milestone milestone) {
        return Optional.ofNullable(seconds.get(milestone));
    }

    void accepted(long begun) {
        if (begun >= from) {
            reached(Milestone.FIRST_202);
        }
    }

    void read(String match, long begun) {
        if (begun >= from) {
            reached(Milestone.FIRST_READ);
            unread.remove(match);
            if (unread.isEmpty()) {
                reached(Milestone.EVERY_READ);
            }
        }
    }

    void stored(long rows, long begun) {
        if (begun >= from && rows >= acceptedBefore) {
            reached(Milestone.SINK);
        }
    }

    private void reached(Milestone milestone) {
        seconds.putIfAbsent(milestone, (System.nanoTime() - from) / 1e9);
    }
}
