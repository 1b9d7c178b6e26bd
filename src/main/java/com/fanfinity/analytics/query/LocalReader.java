package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.query.MatchLookup.MatchView;
import com.fanfinity.analytics.query.ReadRequest.EventsRead;
import com.fanfinity.analytics.query.ReadRequest.MetricsRead;
import com.fanfinity.analytics.query.ReadRequest.MomentsRead;
import com.fanfinity.analytics.query.ReadRequest.ReceiptRead;
import com.fanfinity.analytics.query.ReadRequest.TimelineRead;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.Timeline.MinuteRow;
import com.fanfinity.analytics.streams.Replica;

/// Reads matches from the replicas on this instance. If the replica marks a match as archived, it is read from
/// ClickHouse. That read has permits of its own, so it is a step of its own.
public final class LocalReader {

    private final MatchLookup lookup;
    private final ArchiveReader archive;
    private final ReceiptReader receipts;
    private final Clock clock;

    public LocalReader(MatchLookup lookup, History history, Receipts receipts, Clock clock) {
        this.lookup = lookup;
        this.archive = new ArchiveReader(history, clock);
        this.receipts = new ReceiptReader(receipts, lookup);
        this.clock = clock;
    }

    /// The JSON body of the answer, if the match is not archived.
    ///
    /// @throws ProblemException if no other replica could answer the request either
    ReadResult<byte[]> read(ReadRequest request, Replica replica) {
        return switch (request) {
            case MetricsRead(String matchId) -> metrics(matchId, replica);
            case TimelineRead timeline -> timeline(timeline, replica);
            case EventsRead(String matchId, int limit) -> events(matchId, limit, replica);
            case MomentsRead(String matchId) -> moments(matchId, replica);
            case ReceiptRead(String matchId, UUID eventId) -> receipts.read(matchId, eventId, replica);
        };
    }

    /// The JSON body of the answer for an archived match. Waits for permits, so the caller must hold none.
    ///
    /// @param match the result of {@link #read}
    /// @param client that has a share of the permits; empty for a peer
    /// @throws ProblemException if no other replica could answer the request either
    byte[] readArchived(ReadRequest request, ArchivedMatch<?> match, Optional<ClientAddress> client) {
        return switch (request) {
            case MetricsRead(String matchId) -> archive.metrics(matchId, match, client);
            case TimelineRead timeline -> archive.timeline(timeline, match, client);
            case EventsRead(String matchId, int limit) -> archive.events(matchId, limit, match, client);
            case MomentsRead(String matchId) -> archive.moments(matchId, match, client);
            case ReceiptRead _ -> throw new IllegalStateException("a receipt does not depend on the match");
        };
    }

    private ReadResult<byte[]> metrics(String matchId, Replica replica) {
        return lookup.stats(matchId, replica)
                .map(match -> Json.toBytes(MetricsMapper.metrics(matchId, match.stats(), clock.millis(), age(match))));
    }

    private ReadResult<byte[]> timeline(TimelineRead request, Replica replica) {
        return lookup.stats(request.matchId(), replica).flatMap(match -> {
            Timeline shown = Timeline.of(match.stats(), request.from(), request.to());
            Function<Iterator<MinuteRow>, byte[]> answer = minutes -> shown.answer(request.matchId(), minutes,
                    age(match));
            return shown.isEmpty()
                    ? new ReadValue<>(answer.apply(Collections.emptyIterator()))
                    : lookup.minutes(request.matchId(), shown.from(), shown.to(), match.view(), answer);
        });
    }

    private ReadResult<byte[]> events(String matchId, int limit, Replica replica) {
        return lookup.stats(matchId, replica).flatMap(match -> {
            ReadResult<List<byte[]>> events = lookup.newestEvents(matchId, limit, match.view());
            return events.map(newest -> Json.toBytes(EventsAnswer.of(matchId, newest, age(match))));
        });
    }

    private ReadResult<byte[]> moments(String matchId, Replica replica) {
        return lookup.stats(matchId, replica).flatMap(match -> lookup.moments(matchId, match.view())
                .map(moments -> Json.toBytes(MomentsAnswer.of(matchId, moments, age(match)))));
    }

    private static AnswerAge age(MatchView match) {
        return AnswerAge.live(match.view().asOf(), match.view().stale());
    }
}
