package com.fanfinity.analytics.query;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.peers.InstanceResponse;
import com.fanfinity.analytics.query.MatchList.ListPage;
import com.fanfinity.analytics.query.MatchList.ListPosition;
import com.fanfinity.analytics.query.MatchList.ListQuery;

/// `GET /api/matches`: the matches of all instances. `complete` is false if a partition could not be read; 503 with
/// `Retry-After` if none could be read.
public final class ListRoutes implements Routes {

    private static final int DEFAULT_MATCHES = 50;
    private static final int MAX_MATCHES = 500;

    private final ForwardingLister lister;
    private final IntSupplier partitions;

    /// @param partitions of `match-events`; 0 until they are known
    public ListRoutes(ForwardingLister lister, IntSupplier partitions) {
        this.lister = lister;
        this.partitions = partitions;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches", this::list, Access.READ);
    }

    /// The query of a peer, which requests one match more than its client did.
    static ListQuery internalQuery(Context ctx) {
        return query(ctx, MAX_MATCHES + 1);
    }

    private static ListQuery query(Context ctx, int maxMatches) {
        Optional<MatchStatus> status = QueryParameters.oneOf(ctx, "status", MatchStatus.values());
        Optional<ListPosition> after = Optional.ofNullable(ctx.queryParam("cursor")).map(ListPosition::ofCursor);
        return new ListQuery(status, after, QueryParameters.limit(ctx, DEFAULT_MATCHES, maxMatches));
    }

    private void list(Context ctx) {
        ListQuery query = query(ctx, MAX_MATCHES);
        List<Integer> all = IntStream.range(0, partitions.getAsInt()).boxed().toList();
        PartitionListing listing = lister.list(all, query.withLimit(query.limit() + 1), ClientAddress.of(ctx),
                HttpServer.requestIdOf(ctx));
        if (listing.partitions().isEmpty()) {
            throw ReadAnswers.unavailable();
        }
        ListPage page = MatchList.page(listing.entries(), query.limit());
        ListAnswer answer = new ListAnswer(page.entries().stream().map(match -> new RawJson(match.summary())).toList(),
                page.next().orElse(null), listing.partitions().size() == all.size() && !listing.truncated(),
                listing.stale(),
                listing.asOf().orElse(AnswerAge.NOTHING_PROVEN));
        ReadAnswers.write(ctx, InstanceResponse.json(Json.toBytes(answer)));
    }
}
