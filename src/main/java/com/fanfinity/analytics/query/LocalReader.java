package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.history.History;
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

/// Reads matches from the replicas on this instance. If the replica marks a match as archived, the match is read from
/// ClickHouse.
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

    /// The JSON body of the answer.
    ///
    /// @throws ProblemException if no other replica could answer the request either
    ReadResult<byte[]> read(ReadRequest request, Replica replica) {
        return switch (request) {
            case MetricsRead(String matchId) ->
                orArchive(metrics(matchId, replica), match -> archive.metrics(matchId, match));
            case TimelineRead timeline ->
                orArchive(timeline(timeline, replica), match -> archive.timeline(timeline, match));
            case EventsRead(String matchId, int limit) ->
                orArchive(events(matchId, limit, replica), match -> archive.events(matchId, limit, match));
            case MomentsRead(String matchId) ->
                orArchive(moments(matchId, replica), match -> archive.moments(matchId, match));
            case ReceiptRead(String matchId, UUID eventId) -> receipts.read(matchId, eventId, replica);
        };
    }

    private static ReadResult<byte[]> orArchive(ReadResult<byte[]> live, Function<ArchivedMatch<byte[]>, byte[]> read) {
        return live instanceof ArchivedMatch<byte[]> match ? new ReadValue<>(read.apply(match)) : live;
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
