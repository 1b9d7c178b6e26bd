package com.fanfinity.analytics.query;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.history.HistoricMatch;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.history.HistoryResult;
import com.fanfinity.analytics.history.HistoryResult.HistoryBusy;
import com.fanfinity.analytics.history.HistoryResult.HistoryFound;
import com.fanfinity.analytics.history.HistoryResult.HistoryIncomplete;
import com.fanfinity.analytics.history.HistoryResult.HistoryTooLarge;
import com.fanfinity.analytics.history.HistoryResult.HistoryUnavailable;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.query.ReadRequest.TimelineRead;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.Timeline.MinuteRow;

/// Reads archived matches from ClickHouse. The answers have the same members as those from the state stores.
///
/// Every method throws a {@link ProblemException} with status 503 if ClickHouse cannot return the whole match.
final class ArchiveReader {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER_BUSY = Duration.ofSeconds(1);

    private final History history;
    private final Clock clock;

    ArchiveReader(History history, Clock clock) {
        this.history = history;
        this.clock = clock;
    }

    byte[] metrics(String matchId, ArchivedMatch<?> archived, Optional<ClientAddress> client) {
        return require(history.match(matchId, archived.archived(), client, match -> {
            AnswerAge age = AnswerAge.historic(asOf(match.asOf(viewed(archived))), archived.view().stale());
            return Json.toBytes(MetricsMapper.metrics(matchId, match.stats(), clock.millis(), age));
        }));
    }

    byte[] timeline(TimelineRead request, ArchivedMatch<?> archived, Optional<ClientAddress> client) {
        return require(history.match(request.matchId(), archived.archived(), client, match -> {
            Timeline shown = Timeline.of(match.stats(), request.from(), request.to());
            AnswerAge age = AnswerAge.live(asOf(match.asOf(viewed(archived))), archived.view().stale());
            return shown.answer(request.matchId(), minutes(match, shown), age);
        }));
    }

    private static Iterator<MinuteRow> minutes(HistoricMatch match, Timeline shown) {
        return shown.isEmpty()
                ? Collections.emptyIterator()
                : match.minutes().subMap(shown.from(), shown.to() + 1).entrySet().stream()
                        .map(minute -> new MinuteRow(minute.getKey(), minute.getValue())).iterator();
    }

    byte[] events(String matchId, int limit, ArchivedMatch<?> archived, Optional<ClientAddress> client) {
        AnswerAge age = AnswerAge.live(eventsAsOf(archived), archived.view().stale());
        return require(history.newestEvents(matchId, limit, client,
                events -> Json.toBytes(EventsAnswer.of(matchId, events, age))));
    }

    byte[] moments(String matchId, ArchivedMatch<?> archived, Optional<ClientAddress> client) {
        return require(history.moments(matchId, archived.archived(), client, found -> {
            AnswerAge age = AnswerAge.historic(asOf(found.asOf(viewed(archived))), archived.view().stale());
            return Json.toBytes(MomentsAnswer.of(matchId, found.moments(), age));
        }));
    }

    private static long viewed(ArchivedMatch<?> archived) {
        return archived.view().asOf().toEpochMilli();
    }

    private static Instant asOf(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    /// ClickHouse has every event from before the archiving. A later event may not be stored yet.
    private static Instant eventsAsOf(ArchivedMatch<?> match) {
        Archived archived = match.archived();
        return archived.lateEvents() == 0
                ? match.view().asOf()
                : Instant.ofEpochMilli(Math.min(archived.archivedAt(), match.view().asOf().toEpochMilli()));
    }

    private static <T> T require(HistoryResult<T> result) {
        return switch (result) {
            case HistoryFound<T>(T value) -> value;
            case HistoryBusy<T>() -> throw new ProblemException(
                    Problem.overloaded("Too many archived matches are being read from ClickHouse.", RETRY_AFTER_BUSY));
            case HistoryUnavailable<T>() ->
                throw unavailable("The match is archived, and ClickHouse does not respond.");
            case HistoryIncomplete<T>() ->
                throw unavailable("The match is archived, and ClickHouse lacks some of its events.");
            case HistoryTooLarge<T>(long most) ->
                throw unavailable("The match is archived and has more than " + most
                        + " events, the most that a request can read.");
        };
    }

    private static ProblemException unavailable(String detail) {
        return new ProblemException(Problem.unavailable(detail, RETRY_AFTER));
    }
}
