package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import com.fanfinity.analytics.event.AnswerAge;

/// `GET /api/matches/{matchId}/timeline`.
///
/// @param truncated whether windows are left out
record TimelineAnswer(String matchId, int windowSeconds, boolean truncated, List<TimelineWindow> windows,
        @JsonUnwrapped AnswerAge age) {

    record TimelineWindow(Instant start, long events, Map<String, Long> byType, Map<String, Long> byTeam) {}
}
