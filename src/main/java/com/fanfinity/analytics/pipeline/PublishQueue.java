package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Which matches are to be published when: one that changed as soon as possible if it was last published an interval ago or longer, else
/// when the interval is over; one in which a key moment happened as soon as possible.
///
/// So what happens alone does not wait, and a flood of events is not a flood of publications. Holds the matches that wait and those
/// published within the last interval.
///
/// Not thread-safe.
public final class PublishQueue {

    private static final long MIN_TICK_MILLIS = 5;
    private static final long MAX_TICK_MILLIS = 25;

    private final long intervalMillis;

    /// Match to whether it is urgent, in the order in which they began to wait.
    private final Map<String, Boolean> waiting = new LinkedHashMap<>();
    private final Map<String, Long> published = new HashMap<>();

    /// How often to ask what is due, for an interval: so often that nothing waits for much longer than it must.
    public static Duration tick(Duration interval) {
        return Duration.ofMillis(Math.clamp(interval.toMillis() / 8, MIN_TICK_MILLIS, MAX_TICK_MILLIS));
    }

    PublishQueue(Duration interval) {
        this.intervalMillis = interval.toMillis();
    }

    void changed(String matchId) {
        waiting.putIfAbsent(matchId, false);
    }

    void urgent(String matchId) {
        waiting.put(matchId, true);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    /// @param now milliseconds since the epoch
    boolean isAnyDue(long now) {
        return waiting.entrySet().stream().anyMatch(match -> match.getValue() || !isWithinInterval(published.get(match.getKey()), now));
    }

    /// The match was published without being due.
    ///
    /// @param now milliseconds since the epoch
    void published(String matchId, long now) {
        waiting.remove(matchId);
        published.put(matchId, now);
    }

    /// The matches to publish now, in the order in which they began to wait; they count as published.
    ///
    /// @param now milliseconds since the epoch; by a clock that was set back, every match was last published long ago
    List<String> due(long now) {
        published.values().removeIf(at -> !isWithinInterval(at, now));
        List<String> due = new ArrayList<>();
        waiting.forEach((matchId, urgent) -> {
            if (urgent || !published.containsKey(matchId)) {
                due.add(matchId);
            }
        });
        due.forEach(matchId -> published(matchId, now));
        return due;
    }

    private boolean isWithinInterval(@Nullable Long publishedAt, long now) {
        return publishedAt != null && now >= publishedAt && now - publishedAt < intervalMillis;
    }
}
