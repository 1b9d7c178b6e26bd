package com.fanfinity.analytics.query;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import io.javalin.http.Context;

import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.query.ReadRequest.EventsRead;
import com.fanfinity.analytics.query.ReadRequest.MetricsRead;
import com.fanfinity.analytics.query.ReadRequest.MomentsRead;
import com.fanfinity.analytics.query.ReadRequest.ReceiptRead;
import com.fanfinity.analytics.query.ReadRequest.TimelineRead;

/// Parses the reads of one match. Clients and peers use the same paths and parameters.
final class ReadRequests {

    private static final int DEFAULT_EVENTS = 50;

    /// The parser of each path. Each throws a {@link ProblemException} with status 400 for an invalid parameter.
    static final Map<String, Function<Context, ReadRequest>> PARSERS = parsers();

    private ReadRequests() {}

    private static Map<String, Function<Context, ReadRequest>> parsers() {
        Map<String, Function<Context, ReadRequest>> parsers = new LinkedHashMap<>();
        parsers.put("/api/matches/{matchId}/metrics", ctx -> new MetricsRead(matchId(ctx)));
        parsers.put("/api/matches/{matchId}/timeline",
                ctx -> new TimelineRead(matchId(ctx), QueryParameters.time(ctx, "from"),
                        QueryParameters.time(ctx, "to")));
        parsers.put("/api/matches/{matchId}/events", ctx -> new EventsRead(matchId(ctx),
                QueryParameters.limit(ctx, DEFAULT_EVENTS, RecentEvents.KEPT)));
        parsers.put("/api/matches/{matchId}/moments", ctx -> new MomentsRead(matchId(ctx)));
        parsers.put("/api/matches/{matchId}/events/{eventId}", ctx -> new ReceiptRead(matchId(ctx), eventId(ctx)));
        return parsers;
    }

    static String matchId(Context ctx) {
        String matchId = ctx.pathParam("matchId");
        if (!EventRules.isMatchId(matchId)) {
            throw new ProblemException(
                    Problem.badParameter("matchId", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"));
        }
        return matchId;
    }

    private static UUID eventId(Context ctx) {
        return EventIds.parse(ctx.pathParam("eventId"))
                .orElseThrow(
                        () -> new ProblemException(Problem.badParameter("eventId", "must be a UUID of 36 characters")));
    }
}
