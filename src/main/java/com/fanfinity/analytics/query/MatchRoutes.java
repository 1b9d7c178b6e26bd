package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.history.HistoricMatch;
import com.fanfinity.analytics.history.History;
import com.fanfinity.analytics.history.Reading;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.pipeline.Archived;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsJson;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.query.Answer.Historic;
import com.fanfinity.analytics.query.Answer.Known;
import com.fanfinity.analytics.query.Answer.Unavailable;
import com.fanfinity.analytics.query.Answer.UnknownMatch;
import com.fanfinity.analytics.query.MatchList.Place;

/// `GET /api/matches` and what is below it.
///
/// A match whose state is archived is answered from ClickHouse, with the same body. 404 only if the owner of the match's state says that there is no such match; 503 with `Retry-After` while it cannot be asked.
public final class MatchRoutes implements Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration RETRY_HISTORY_AFTER = Duration.ofSeconds(5);
    private static final int MATCHES = 50;
    private static final int MOST_MATCHES = 500;
    private static final int EVENTS = 50;
    private static final String JSON = "application/json";

    private final MatchLookup lookup;
    private final History history;
    private final Clock clock;

    public MatchRoutes(MatchLookup lookup, History history, Clock clock) {
        this.lookup = lookup;
        this.history = history;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches", this::list);
        routes.get("/api/matches/{matchId}/metrics", this::metrics);
        routes.get("/api/matches/{matchId}/timeline", this::timeline);
        routes.get("/api/matches/{matchId}/events", this::events);
    }

    private void list(Context ctx) {
        Optional<MatchStats.Status> status = QueryParameters.oneOf(ctx, "status", MatchStats.Status.values());
        Optional<Place> after = Optional.ofNullable(ctx.queryParam("cursor")).map(Place::ofCursor);
        int limit = QueryParameters.limit(ctx, MATCHES, MOST_MATCHES);
        MatchLookup.Listing listing = lookup.all();
        if (!listing.complete() && listing.matches().isEmpty()) {
            throw unavailable();
        }
        MatchList.Page page = MatchList.page(listing.matches(), status, after, limit);
        long now = clock.millis();
        answer(ctx, json -> {
            json.writeArrayFieldStart("matches");
            for (MatchLookup.Named match : page.matches()) {
                json.writeStartObject();
                MetricsJson.writeSummary(json, match.matchId(), match.stats(), now);
                json.writeEndObject();
            }
            json.writeEndArray();
            if (page.next().isPresent()) {
                json.writeStringField("nextCursor", page.next().get());
            } else {
                json.writeNullField("nextCursor");
            }
            json.writeBooleanField("complete", listing.complete());
            json.writeStringField("asOf", Timestamps.formatMillis(now));
        });
    }

    private void metrics(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        long now = clock.millis();
        Answer<MatchStats> known = lookup.stats(matchId);
        if (known instanceof Historic<MatchStats>(Archived archived)) {
            HistoricMatch match = found(history.match(matchId, archived));
            answer(ctx, json -> {
                writeMetrics(json, matchId, match.stats(), now, match.asOf(now));
                json.writeStringField("source", "history");
            });
            return;
        }
        MatchStats stats = known(known, matchId);
        answer(ctx, json -> writeMetrics(json, matchId, stats, now, now));
    }

    private static void writeMetrics(JsonGenerator json, String matchId, MatchStats stats, long now, long asOf) throws IOException {
        MetricsJson.writeMembers(json, matchId, stats, now);
        json.writeStringField("asOf", Timestamps.formatMillis(asOf));
        json.writeBooleanField("stale", false);
    }

    private void timeline(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        Optional<Instant> from = QueryParameters.time(ctx, "from");
        Optional<Instant> to = QueryParameters.time(ctx, "to");
        Answer<MatchStats> known = lookup.stats(matchId);
        if (known instanceof Historic<MatchStats>(Archived archived)) {
            HistoricMatch match = found(history.match(matchId, archived));
            Timeline span = Timeline.of(match.stats(), from, to);
            answer(ctx, json -> span.write(json, matchId, match.minutes()));
            return;
        }
        Timeline span = Timeline.of(known(known, matchId), from, to);
        Map<Long, MinuteStats> minutes = span.isEmpty() ? Map.of() : known(lookup.minutes(matchId, span.from(), span.to()), matchId);
        answer(ctx, json -> span.write(json, matchId, minutes));
    }

    private void events(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        int limit = QueryParameters.limit(ctx, EVENTS, RecentEvents.KEPT);
        Answer<MatchStats> known = lookup.stats(matchId);
        List<byte[]> events;
        if (known instanceof Historic<MatchStats>) {
            events = found(history.newestEvents(matchId, limit));
        } else {
            known(known, matchId);
            events = known(lookup.newestEvents(matchId, limit), matchId);
        }
        answer(ctx, json -> {
            json.writeStringField("matchId", matchId);
            json.writeArrayFieldStart("events");
            for (byte[] event : events) {
                json.writeRawValue(new String(event, UTF_8));
            }
            json.writeEndArray();
        });
    }

    private static <T> T known(Answer<T> answer, String matchId) {
        return switch (answer) {
            case Known<T>(T value) -> value;
            case UnknownMatch<T>() -> throw new ProblemException(Problem.notFound("No event of the match " + matchId + " is known."));
            // It was archived between two looks.
            case Historic<T>(_),Unavailable<T>() -> throw unavailable();
        };
    }

    private static <T> T found(Reading<T> reading) {
        return switch (reading) {
            case Reading.Found<T>(T value) -> value;
            case Reading.Busy<T>() -> throw new ProblemException(
                    Problem.overloaded("Many archived matches are being read; the state of this one is in ClickHouse.", RETRY_AFTER));
            case Reading.Unavailable<T>() -> throw new ProblemException(
                    Problem.unavailable("The match is archived, and ClickHouse, which keeps it, does not answer.", RETRY_HISTORY_AFTER));
            case Reading.Incomplete<T>() -> throw new ProblemException(
                    Problem.unavailable("The match is archived, and ClickHouse lacks some of its events.", RETRY_HISTORY_AFTER));
            case Reading.TooLarge<T>(long most) -> throw new ProblemException(Problem.unavailable(
                    "The match is archived and has more than the " + most + " events that are counted for an answer.",
                    RETRY_HISTORY_AFTER));
        };
    }

    private static ProblemException unavailable() {
        return new ProblemException(Problem.unavailable("The state is moving between instances or being restored.", RETRY_AFTER));
    }

    private static void answer(Context ctx, Json.Members members) {
        ctx.contentType(JSON).header("Cache-Control", "no-store").result(Json.object(members));
    }
}
