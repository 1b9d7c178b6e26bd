package com.fanfinity.analytics.query;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.QueryParameters;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.MatchList.ListedMatch;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.MatchList.ListPosition;

/// `GET /api/matches`: the matches of all instances. It says whether some were missing; if none could be asked, 503 with `Retry-After`.
public final class ListRoutes implements Routes {

    static final String INTERNAL = "/internal/matches";

    private static final int MATCHES = 50;
    private static final int MOST_MATCHES = 500;

    private final LocalLister local;
    private final ForwardingLister routed;
    private final IntSupplier partitions;
    private final Clock clock;

    /// @param self as the directory names this instance
    /// @param partitions of `match-events`; 0 as long as they are not known
    public ListRoutes(MatchLookup lookup, PartitionDirectory directory, PeerClient peers, Peer self, IntSupplier partitions, Clock clock) {
        this.local = new LocalLister(lookup, clock);
        this.routed = new ForwardingLister(local, directory, peers, self);
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches", this::list);
    }

    /// What other instances ask: the first matches of some partitions whose state is here.
    public Routes internal() {
        return routes -> routes.get(INTERNAL, ctx -> {
            List<Integer> asked = Arrays.stream(Optional.ofNullable(ctx.queryParam("partitions")).orElse("").split(",", -1))
                    .map(ListRoutes::partition).toList();
            ReadRouter.write(ctx, PartitionListingJson.write(local.list(asked, LocalReadRouter.copy(ctx.header(PeerClient.REPLICA_HEADER)), part(ctx, 1))));
        });
    }

    private static int partition(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new ProblemException(Problem.badParameter("partitions", "must be numbers with commas between them"));
        }
        return Integer.parseInt(text);
    }

    private static ListQuery part(Context ctx, int more) {
        Optional<MatchStatus> status = QueryParameters.oneOf(ctx, "status", MatchStatus.values());
        Optional<ListPosition> after = Optional.ofNullable(ctx.queryParam("cursor")).map(ListPosition::ofCursor);
        return new ListQuery(status, after, QueryParameters.limit(ctx, MATCHES, MOST_MATCHES + more));
    }

    private void list(Context ctx) {
        ListQuery asked = part(ctx, 0);
        ListQuery oneMore = new ListQuery(asked.status(), asked.after(), asked.limit() + 1);
        List<Integer> all = IntStream.range(0, partitions.getAsInt()).boxed().toList();
        PartitionListing listing = routed.list(all, oneMore, HttpServer.requestIdOf(ctx));
        if (listing.partitions().isEmpty()) {
            throw ReadRouter.unavailable();
        }
        boolean complete = listing.partitions().size() == all.size();
        MatchList.ListPage page = MatchList.page(listing.entries(), asked.limit());
        ReadRouter.write(ctx, Json.object(json -> {
            json.writeArrayFieldStart("matches");
            for (ListedMatch match : page.entries()) {
                json.writeRawValue(match.summary());
            }
            json.writeEndArray();
            if (page.next().isPresent()) {
                json.writeStringField("nextCursor", page.next().get());
            } else {
                json.writeNullField("nextCursor");
            }
            json.writeBooleanField("complete", complete);
            json.writeBooleanField("stale", listing.stale());
            json.writeStringField("asOf", Timestamps.formatMillis(clock.millis()));
        }));
    }
}
