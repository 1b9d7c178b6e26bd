package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// The matches that wait to be published, and the times at which they are due. A changed match is due one interval
/// after its last publication. A match with a key moment is due at once.
///
/// So a single event does not wait, and a flood of events causes few publications.
///
/// Not thread-safe.
public final class PublishQueue {

    private static final long MIN_TICK_MILLIS = 5;
    private static final long MAX_TICK_MILLIS = 25;

    private final long intervalMillis;

    /// Match id to whether it is urgent, in the order in which the matches began to wait.
    private final Map<String, Boolean> waiting = new LinkedHashMap<>();
    private final Map<String, Long> markPublished = new HashMap<>();

    /// How often to check for due matches: a fraction of the interval, so that no match waits much longer than it must.
    public static Duration tick(Duration interval) {
        return Duration.ofMillis(Math.clamp(interval.toMillis() / 8, MIN_TICK_MILLIS, MAX_TICK_MILLIS));
    }

    PublishQueue(Duration interval) {
        this.intervalMillis = interval.toMillis();
    }

    void markChanged(String matchId) {
        waiting.putIfAbsent(matchId, false);
    }

    void markUrgent(String matchId) {
        waiting.put(matchId, true);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    /// @param now milliseconds since the epoch
    boolean isAnyDue(long now) {
        return waiting.entrySet().stream()
                .anyMatch(match -> match.getValue() || !isWithinInterval(markPublished.get(match.getKey()), now));
    }

    /// Records a publication outside of {@link #drainDue}.
    ///
    /// @param now milliseconds since the epoch
    void markPublished(String matchId, long now) {
        waiting.remove(matchId);
        markPublished.put(matchId, now);
    }

    /// Removes the due matches, in the order in which they began to wait, and records them as published.
    ///
    /// @param now milliseconds since the epoch; if the clock was set back, every waiting match is due
    List<String> drainDue(long now) {
        markPublished.values().removeIf(at -> !isWithinInterval(at, now));
        List<String> due = new ArrayList<>();
        waiting.forEach((matchId, urgent) -> {
            if (urgent || !markPublished.containsKey(matchId)) {
                due.add(matchId);
            }
        });
        due.forEach(matchId -> markPublished(matchId, now));
        return due;
    }

    private boolean isWithinInterval(@Nullable Long publishedAt, long now) {
        return publishedAt != null && now >= publishedAt && now - publishedAt < intervalMillis;
    }
}
