package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MetricsJson;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.query.Answer.Known;
import com.fanfinity.analytics.query.Answer.Unavailable;
import com.fanfinity.analytics.query.Answer.UnknownMatch;
import com.fanfinity.analytics.query.MatchList.Place;

/// `GET /api/matches` and what is below it.
///
/// 404 only if the owner of the match's state says that there is no such match; 503 with `Retry-After` while it cannot be asked.
public final class MatchRoutes implements Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int MATCHES = 50;
    private static final int MOST_MATCHES = 500;
    private static final int EVENTS = 50;
    private static final String JSON = "application/json";

    private final MatchLookup lookup;
    private final Clock clock;

    public MatchRoutes(MatchLookup lookup, Clock clock) {
        this.lookup = lookup;
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
        MatchStats stats = known(lookup.stats(matchId), matchId);
        answer(ctx, json -> {
            MetricsJson.writeMembers(json, matchId, stats, now);
            json.writeStringField("asOf", Timestamps.formatMillis(now));
            json.writeBooleanField("stale", false);
        });
    }

    private void timeline(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        MatchStats stats = known(lookup.stats(matchId), matchId);
        Timeline span = Timeline.of(stats, QueryParameters.time(ctx, "from"), QueryParameters.time(ctx, "to"));
        Map<Long, MinuteStats> minutes = span.isEmpty() ? Map.of() : known(lookup.minutes(matchId, span.from(), span.to()), matchId);
        answer(ctx, json -> span.write(json, matchId, minutes));
    }

    private void events(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        int limit = QueryParameters.limit(ctx, EVENTS, RecentEvents.KEPT);
        known(lookup.stats(matchId), matchId);
        List<byte[]> events = known(lookup.newestEvents(matchId, limit), matchId);
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
            case Unavailable<T>() -> throw unavailable();
        };
    }

    private static ProblemException unavailable() {
        return new ProblemException(Problem.unavailable("The state is moving between instances or being restored.", RETRY_AFTER));
    }

    private static void answer(Context ctx, Json.Members members) {
        ctx.contentType(JSON).header("Cache-Control", "no-store").result(Json.object(members));
    }
}
