package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.AnswerLimit;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.query.TimelineAnswer.TimelineHead;
import com.fanfinity.analytics.query.TimelineAnswer.TimelineWindow;

/// The minutes that a timeline shows: every minute from the first to the last event, within the bounds of the request.
///
/// An answer of the most teams with the longest ids would be 40 MB. A timeline larger than {@link AnswerLimit} is
/// refused, with the number of minutes that fit.
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

    /// Encodes the answer.
    ///
    /// @param minutes the minutes with events, in order
    /// @throws ProblemException 400 if it would be too large
    byte[] answer(String matchId, Iterator<MinuteRow> minutes, AnswerAge age) {
        TimelineAnswer answer = new TimelineAnswer(new TimelineHead(matchId, 60, truncated, age));
        long next = from;
        while (minutes.hasNext()) {
            MinuteRow found = minutes.next();
            next = addEmpty(answer, next, found.minute());
            add(answer, window(next++, found.stats()));
        }
        addEmpty(answer, next, to + 1);
        return answer.toJson();
    }

    /// A minute with events.
    ///
    /// @param minute since the epoch
    record MinuteRow(long minute, MinuteStats stats) {}

    private long addEmpty(TimelineAnswer answer, long first, long end) {
        for (long minute = first; minute < end; minute++) {
            add(answer, new TimelineWindow(start(minute), 0, Map.of(), Map.of()));
        }
        return Math.max(first, end);
    }

    private void add(TimelineAnswer answer, TimelineWindow window) {
        if (!answer.add(window)) {
            throw new ProblemException(Problem.badRequest(
                    ("The timeline from %s to %s is larger than %d MiB. %d minutes fit: request from=%s and to=%s, "
                            + "and then the following minutes.").formatted(format(from), format(to + 1),
                                    AnswerLimit.MAX_BYTES >> 20, answer.size(),
                                    format(from), format(from + answer.size()))));
        }
    }

    private static String format(long minute) {
        return Timestamps.format(start(minute));
    }

    private static TimelineWindow window(long minute, MinuteStats stats) {
        return new TimelineWindow(start(minute), stats.events(), MetricsMapper.byWireName(stats.byType()),
                stats.byTeam());
    }

    private static Instant start(long minute) {
        return Instant.ofEpochSecond(minute * 60);
    }
}
