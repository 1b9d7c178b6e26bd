package com.fanfinity.analytics.query;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.pipeline.MinuteStats;

/// The minutes that a timeline shows: every one between the first and the last event, unless narrower bounds are given.
///
/// One event with a clock that is years off would make a timeline of millions of empty minutes. So it shows at most
/// {@value #MOST_MINUTES}, the last ones, and says that it is truncated; `from` and `to` show the others.
///
/// @param from first minute, in minutes since the epoch
/// @param to last minute
/// @param truncated whether earlier minutes were left out
record Timeline(long from, long to, boolean truncated) {

    /// A week.
    static final int MOST_MINUTES = 7 * 24 * 60;

    /// @param from the first moment that is shown
    /// @param to the moment before which the last minute that is shown begins
    /// @throws ProblemException 400 if the bounds given are the wrong way round or too wide
    static Timeline of(MatchStats stats, Optional<Instant> from, Optional<Instant> to) {
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new ProblemException(Problem.badParameter("from", "must be before to"));
        }
        long first = Math.max(MinuteStats.minuteOf(stats.firstAt()), from.map(time -> minute(time)).orElse(Long.MIN_VALUE));
        long last = Math.min(MinuteStats.minuteOf(stats.lastAt()), to.map(time -> minute(time.minusMillis(1))).orElse(Long.MAX_VALUE));
        if (last - first < MOST_MINUTES) {
            return new Timeline(first, last, false);
        }
        if (from.isPresent()) {
            throw new ProblemException(Problem.badParameter("from", "and to must not be more than " + MOST_MINUTES + " minutes apart"));
        }
        return new Timeline(last - MOST_MINUTES + 1, last, true);
    }

    /// Whether the bounds leave no minute.
    boolean isEmpty() {
        return from > to;
    }

    private static long minute(Instant time) {
        return MinuteStats.minuteOf(time.toEpochMilli());
    }

    void write(JsonGenerator json, String matchId, Map<Long, MinuteStats> minutes) throws IOException {
        json.writeStringField("matchId", matchId);
        json.writeNumberField("windowSeconds", 60);
        json.writeBooleanField("truncated", truncated);
        json.writeArrayFieldStart("windows");
        for (long minute = from; minute <= to; minute++) {
            MinuteStats stats = minutes.get(minute);
            json.writeStartObject();
            json.writeStringField("start", Timestamps.formatMillis(minute * 60_000));
            json.writeNumberField("events", stats == null ? 0 : stats.events());
            json.writePOJOField("byType", stats == null ? Map.of() : MetricsMapper.byWireName(stats.byType()));
            json.writePOJOField("byTeam", stats == null ? Map.of() : stats.byTeam());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
