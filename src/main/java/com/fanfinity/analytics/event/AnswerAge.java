package com.fanfinity.analytics.event;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

/// The members at the end of every answer about one match: how current the answer is.
///
/// @param asOf the answer contains every event that was acknowledged before this time
/// @param stale whether the answer comes from a replica that may lag
/// @param source {@link #HISTORY} if the answer was computed from ClickHouse, else absent
public record AnswerAge(@Nullable Instant asOf, boolean stale, @JsonInclude(Include.NON_NULL) @Nullable String source) {

    public static final String HISTORY = "history";

    /// The time of an answer for which no later time is proven. No event was acknowledged before it.
    public static final Instant NOTHING_PROVEN = Instant.EPOCH;

    static final AnswerAge UNKNOWN = new AnswerAge(null, false, null);

    /// The age of an answer from the state stores.
    public static AnswerAge live(Instant asOf, boolean stale) {
        return new AnswerAge(asOf, stale, null);
    }

    /// The age of an answer from ClickHouse.
    public static AnswerAge historic(Instant asOf, boolean stale) {
        return new AnswerAge(asOf, stale, HISTORY);
    }
}
