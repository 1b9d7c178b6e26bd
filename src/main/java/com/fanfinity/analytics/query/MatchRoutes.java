package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.history.HistoricMatch;
import com.fanfinity.analytics.history.HistoricMoments;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.history.HistoryResult;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.KeyMoments;
import com.fanfinity.analytics.pipeline.MetricsMapper;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.streams.Replica;

/// What is below `GET /api/matches/{matchId}`, for clients and for other instances.
///
/// Every answer says how old it is: an event that was acknowledged before `asOf` is in it. A match whose state is archived is answered from
/// ClickHouse, with the same bodies, by whoever has what is left of its state; 503 with `Retry-After` if ClickHouse cannot be asked.
public final class MatchRoutes implements Routes {

    private static final Duration RETRY_HISTORY_AFTER = Duration.ofSeconds(5);
    private static final int EVENTS = 50;

    private final MatchLookup lookup;
    private final History history;
    private final ReadRouter reads;
    private final Clock clock;

    /// @param reads whom else to ask, if anybody
    public MatchRoutes(MatchLookup lookup, History history, ReadRouter reads, Clock clock) {
        this.lookup = lookup;
        this.history = history;
        this.reads = reads;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches/{matchId}/metrics", this::metrics);
        routes.get("/api/matches/{matchId}/timeline", this::timeline);
        routes.get("/api/matches/{matchId}/events", this::events);
        routes.get("/api/matches/{matchId}/moments", this::moments);
    }

    private void metrics(Context ctx) {
        String matchId = ReadParameters.matchId(ctx);
        reads.answer(ctx, matchId, metricsOf(matchId));
    }

    /// How the metrics of a match are read from state that is here.
    LocalReader metricsOf(String matchId) {
        return copy -> orHistory(lookup.stats(matchId, copy).map(seen -> Json.toBytes(MetricsMapper.metrics(matchId, seen.stats(), clock.millis(),
                AnswerAge.live(seen.view().asOf(), seen.view().stale())))), historic -> {
            HistoricMatch match = found(history.match(matchId, historic.archived()));
            Instant asOf = Instant.ofEpochMilli(match.asOf(historic.view().asOf().toEpochMilli()));
            return Json.toBytes(MetricsMapper.metrics(matchId, match.stats(), clock.millis(),
                    AnswerAge.historic(asOf, historic.view().stale())));
        });
    }

    private void timeline(Context ctx) {
        String matchId = ReadParameters.matchId(ctx);
        Optional<Instant> from = QueryParameters.time(ctx, "from");
        Optional<Instant> to = QueryParameters.time(ctx, "to");
        reads.answer(ctx, matchId, copy -> orHistory(lookup.stats(matchId, copy).flatMap(seen -> {
            Timeline span = Timeline.of(seen.stats(), from, to);
            ReadResult<Map<Long, MinuteStats>> minutes = span.isEmpty()
                    ? new ReadValue<>(Map.of())
                    : lookup.minutes(matchId, span.from(), span.to(), seen.view());
            return minutes.map(found -> Json.object(json -> {
                span.write(json, matchId, found);
                write(json, seen.view());
            }));
        }), historic -> {
            HistoricMatch match = found(history.match(matchId, historic.archived()));
            Timeline span = Timeline.of(match.stats(), from, to);
            return Json.object(json -> {
                span.write(json, matchId, match.minutes());
                write(json, match, historic.view());
            });
        }));
    }

    private void events(Context ctx) {
        String matchId = ReadParameters.matchId(ctx);
        int limit = QueryParameters.limit(ctx, EVENTS, RecentEvents.KEPT);
        reads.answer(ctx, matchId, copy -> orHistory(events(matchId, limit, copy), historic -> {
            List<byte[]> events = found(history.newestEvents(matchId, limit));
            return events(matchId, events, json -> write(json, eventsAsOf(historic), historic.view().stale()));
        }));
    }

    private ReadResult<byte[]> events(String matchId, int limit, Replica copy) {
        return lookup.stats(matchId, copy).flatMap(seen -> {
            ReadResult<List<byte[]>> newest = lookup.newestEvents(matchId, limit, seen.view());
            return newest.map(events -> events(matchId, events, json -> write(json, seen.view())));
        });
    }

    private static byte[] events(String matchId, List<byte[]> events, Json.Members view) {
        return Json.object(json -> {
            json.writeStringField("matchId", matchId);
            json.writeArrayFieldStart("events");
            for (byte[] event : events) {
                json.writeRawValue(new String(event, UTF_8));
            }
            json.writeEndArray();
            view.write(json);
        });
    }

    private void moments(Context ctx) {
        String matchId = ReadParameters.matchId(ctx);
        reads.answer(ctx, matchId, copy -> orHistory(lookup.stats(matchId, copy).flatMap(seen -> lookup.moments(matchId, seen.view())
                .map(moments -> moments(matchId, moments, json -> write(json, seen.view())))), historic -> {
                    HistoricMoments found = found(history.moments(matchId, historic.archived()));
                    Instant asOf = Instant.ofEpochMilli(found.asOf(historic.view().asOf().toEpochMilli()));
                    return moments(matchId, found.moments(), json -> {
                        write(json, asOf, historic.view().stale());
                        json.writeStringField("source", "history");
                    });
                }));
    }

    private static byte[] moments(String matchId, KeyMoments moments, Json.Members view) {
        return Json.object(json -> {
            json.writeStringField("matchId", matchId);
            json.writeArrayFieldStart("moments");
            for (String moment : moments.json()) {
                json.writeRawValue(moment);
            }
            json.writeEndArray();
            json.writeBooleanField("truncated", moments.truncated());
            view.write(json);
        });
    }

    /// Those that came before it was archived are stored; of later ones it is not known.
    private static Instant eventsAsOf(ArchivedMatch<byte[]> historic) {
        Archived archived = historic.archived();
        return archived.lateEvents() == 0
                ? historic.view().asOf()
                : Instant.ofEpochMilli(Math.min(archived.archivedAt(), historic.view().asOf().toEpochMilli()));
    }

    private static ReadResult<byte[]> orHistory(ReadResult<byte[]> live, Function<ArchivedMatch<byte[]>, byte[]> body) {
        return live instanceof ArchivedMatch<byte[]> historic ? new ReadValue<>(body.apply(historic)) : live;
    }

    private static void write(JsonGenerator json, ReplicaView view) throws IOException {
        write(json, view.asOf(), view.stale());
    }

    private static void write(JsonGenerator json, HistoricMatch match, ReplicaView view) throws IOException {
        write(json, Instant.ofEpochMilli(match.asOf(view.asOf().toEpochMilli())), view.stale());
    }

    private static void write(JsonGenerator json, Instant asOf, boolean stale) throws IOException {
        json.writeStringField("asOf", Timestamps.formatMillis(asOf.toEpochMilli()));
        json.writeBooleanField("stale", stale);
    }

    private static <T> T found(HistoryResult<T> reading) {
        return switch (reading) {
            case HistoryResult.Found<T>(T value) -> value;
            case HistoryResult.Busy<T>() -> throw new ProblemException(
                    Problem.overloaded("Many archived matches are being read; the state of this one is in ClickHouse.",
                            ReadRouter.RETRY_AFTER));
            case HistoryResult.Unavailable<T>() -> throw new ProblemException(
                    Problem.unavailable("The match is archived, and ClickHouse, which keeps it, does not answer.", RETRY_HISTORY_AFTER));
            case HistoryResult.Incomplete<T>() -> throw new ProblemException(
                    Problem.unavailable("The match is archived, and ClickHouse lacks some of its events.", RETRY_HISTORY_AFTER));
            case HistoryResult.TooLarge<T>(long most) -> throw new ProblemException(Problem.unavailable(
                    "The match is archived and has more than the " + most + " events that are counted for an answer.",
                    RETRY_HISTORY_AFTER));
        };
    }
}
