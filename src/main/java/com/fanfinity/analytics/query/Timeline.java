package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.query.TimelineAnswer.TimelineWindow;

/// The minutes that a timeline shows: every minute from the first to the last event, within the bounds of the request.
///
/// One event with a clock that is years off would cause millions of empty minutes. Without `from`, a timeline therefore
/// shows only {@value #MAX_MINUTES} minutes and is marked as truncated. They end at `to` or, without it, at the last
/// minute of the match that is no stray.
///
/// @param from first minute, in minutes since the epoch
/// @param to last minute
/// @param truncated whether minutes are left out
record Timeline(long from, long to, boolean truncated) {

    /// A week.
    static final int MAX_MINUTES = 7 * 24 * 60;

    /// @throws ProblemException 400 if `from` is not before `to`, or if they are too far apart
    static Timeline of(MatchStats stats, Optional<Instant> from, Optional<Instant> to) {
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new ProblemException(Problem.badParameter("from", "must be before to"));
        }
        long first = Math.max(MinuteStats.minuteOf(stats.firstAt()),
                from.map(time -> minute(time)).orElse(Long.MIN_VALUE));
        long last = Math.min(MinuteStats.minuteOf(stats.lastAt()),
                to.map(time -> minute(time.minusMillis(1))).orElse(Long.MAX_VALUE));
        if (last - first < MAX_MINUTES) {
            return new Timeline(first, last, false);
        }
        if (from.isPresent()) {
            throw new ProblemException(Problem.badParameter("from",
                    "must be at most " + MAX_MINUTES + " minutes before the end of the timeline"));
        }
        long end = to.isPresent() ? last : stats.activeMinutes().to();
        return new Timeline(Math.max(first, end - MAX_MINUTES + 1), end, true);
    }

    boolean isEmpty() {
        return from > to;
    }

    private static long minute(Instant time) {
        return MinuteStats.minuteOf(time.toEpochMilli());
    }

    /// @param minutes the minutes with events, by minutes since the epoch
    TimelineAnswer answer(String matchId, Map<Long, MinuteStats> minutes, AnswerAge age) {
        List<TimelineWindow> windows = LongStream.rangeClosed(from, to)
                .mapToObj(minute -> window(minute, minutes.get(minute))).toList();
        return new TimelineAnswer(matchId, 60, truncated, windows, age);
    }

    private static TimelineWindow window(long minute, @Nullable MinuteStats stats) {
        Instant start = Instant.ofEpochSecond(minute * 60);
        return stats == null
                ? new TimelineWindow(start, 0, Map.of(), Map.of())
                : new TimelineWindow(start, stats.events(), MetricsMapper.byWireName(stats.byType()), stats.byTeam());
    }
}
