package com.fanfinity.analytics.query;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.pipeline.KeyMomentList;

/// `GET /api/matches/{matchId}/moments`.
///
/// @param moments the oldest first
/// @param truncated whether the match has older moments
record MomentsAnswer(String matchId, List<RawJson> moments, boolean truncated, @JsonUnwrapped AnswerAge age) {

    static MomentsAnswer of(String matchId, KeyMomentList moments, AnswerAge age) {
        return new MomentsAnswer(matchId, moments.json().stream().map(RawJson::new).toList(), moments.truncated(), age);
    }
}
