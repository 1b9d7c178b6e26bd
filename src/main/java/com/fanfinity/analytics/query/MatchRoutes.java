package com.fanfinity.analytics.query;

import io.javalin.config.RoutesConfig;

import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Routes;

/// The reads of one match under `/api/matches/{matchId}`.
///
/// An answer contains every event that was acknowledged before its `asOf`.
public final class MatchRoutes implements Routes {

    private final ForwardingReader reader;

    public MatchRoutes(ForwardingReader reader) {
        this.reader = reader;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        ReadRequests.PARSERS.forEach((path, parser) -> routes.get(path,
                ctx -> ReadAnswers.write(ctx,
                        reader.read(parser.apply(ctx), ClientAddress.of(ctx), HttpServer.requestIdOf(ctx))),
                Access.READ));
    }
}
