package com.fanfinity.analytics.query;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.limits.AnswerLimit;

/// `GET /api/matches/{matchId}/events`.
///
/// @param events the newest first
/// @param truncated whether requested events are left out because the answer would be too large
record EventsAnswer(String matchId, List<RawJson> events, boolean truncated, @JsonUnwrapped AnswerAge age) {

    static EventsAnswer of(String matchId, List<byte[]> events, AnswerAge age) {
        List<RawJson> fitting = new ArrayList<>();
        int bytes = 0;
        for (byte[] event : events) {
            bytes += event.length + 1;
            if (bytes > AnswerLimit.MAX_LIST_BYTES) {
                break;
            }
            fitting.add(RawJson.of(event));
        }
        return new EventsAnswer(matchId, fitting, fitting.size() < events.size(), age);
    }
}
