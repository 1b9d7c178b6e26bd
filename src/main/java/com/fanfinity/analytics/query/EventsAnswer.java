package com.fanfinity.analytics.query;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.RawJson;

/// `GET /api/matches/{matchId}/events`.
///
/// @param events the newest first
record EventsAnswer(String matchId, List<RawJson> events, @JsonUnwrapped AnswerAge age) {

    static EventsAnswer of(String matchId, List<byte[]> events, AnswerAge age) {
        return new EventsAnswer(matchId, events.stream().map(RawJson::of).toList(), age);
    }
}
