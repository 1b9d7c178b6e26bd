package com.fanfinity.analytics.lab.chaos;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How long after one disturbance each thing was there again. Only what was begun after it counts. Not thread-safe.
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

    /// @param from the moment of the kill or the restart, or when a part that was stopped or kept down went on, by nanoTime
    /// @param acceptedBefore events that must be stored for the sink to have caught up
    /// @param matches that must be readable for every read to be good
    Recovery(String group, long from, long acceptedBefore, Set<String> matches) {
        this.group = group;
        this.from = from;
        this.acceptedBefore = acceptedBefore;
        this.unread = new HashSet<>(matches);
    }

    String group() {
        return group;
    }

    /// Seconds, unless it was not reached before the next disturbance.
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
