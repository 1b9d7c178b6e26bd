package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.pipeline.Copy;
import com.fanfinity.analytics.pipeline.MetricsJson;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.query.Answer.Known;

/// What is below `GET /api/matches/{matchId}`, for clients and for other instances.
///
/// Every answer says how old it is: an event that was acknowledged before `asOf` is in it.
public final class MatchRoutes implements Routes {

    private static final int EVENTS = 50;

    private final MatchLookup lookup;
    private final Reads reads;
    private final Clock clock;

    /// @param reads whom else to ask, if anybody
    public MatchRoutes(MatchLookup lookup, Reads reads, Clock clock) {
        this.lookup = lookup;
        this.reads = reads;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches/{matchId}/metrics", this::metrics);
        routes.get("/api/matches/{matchId}/timeline", this::timeline);
        routes.get("/api/matches/{matchId}/events", this::events);
    }

    private void metrics(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        reads.answer(ctx, matchId, copy -> lookup.stats(matchId, copy).map(seen -> Json.object(json -> {
            MetricsJson.writeMembers(json, matchId, seen.stats(), clock.millis());
            write(json, seen.view());
        })));
    }

    private void timeline(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        Optional<Instant> from = QueryParameters.time(ctx, "from");
        Optional<Instant> to = QueryParameters.time(ctx, "to");
        reads.answer(ctx, matchId, copy -> lookup.stats(matchId, copy).flatMap(seen -> {
            Timeline span = Timeline.of(seen.stats(), from, to);
            Answer<Map<Long, MinuteStats>> minutes = span.isEmpty()
                    ? new Known<>(Map.of())
                    : lookup.minutes(matchId, span.from(), span.to(), seen.view());
            return minutes.map(found -> Json.object(json -> {
                span.write(json, matchId, found);
                write(json, seen.view());
            }));
        }));
    }

    private void events(Context ctx) {
        String matchId = Parameters.matchId(ctx);
        int limit = QueryParameters.limit(ctx, EVENTS, RecentEvents.KEPT);
        reads.answer(ctx, matchId, copy -> events(matchId, limit, copy));
    }

    private Answer<byte[]> events(String matchId, int limit, Copy copy) {
        return lookup.stats(matchId, copy).flatMap(seen -> {
            Answer<List<byte[]>> newest = lookup.newestEvents(matchId, limit, seen.view());
            return newest.map(events -> Json.object(json -> {
                json.writeStringField("matchId", matchId);
                json.writeArrayFieldStart("events");
                for (byte[] event : events) {
                    json.writeRawValue(new String(event, UTF_8));
                }
                json.writeEndArray();
                write(json, seen.view());
            }));
        });
    }

    private static void write(JsonGenerator json, View view) throws IOException {
        json.writeStringField("asOf", Timestamps.format(view.asOf()));
        json.writeBooleanField("stale", view.stale());
    }
}
