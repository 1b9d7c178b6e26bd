package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchMinute;

/// A minute of a match, with the members of a window of the timeline.
record MinuteWindow(Instant start, long events, Map<String, Long> byType, Map<String, Long> byTeam) {

    /// @param matchMinute a value of the topic `match-minutes`
    /// @return empty if the value is not one of the topology's
    static Optional<MinuteWindow> read(byte[] matchMinute) {
        return Json.read(matchMinute, MatchMinute.class)
                .map(minute -> new MinuteWindow(minute.minute(), minute.events(), minute.byType(), minute.byTeam()));
    }

    /// Minutes since the epoch.
    long epochMinute() {
        return start.getEpochSecond() / 60;
    }
}
