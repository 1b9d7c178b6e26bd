package com.fanfinity.analytics.query;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.metrics.Meters.ReadKind;
import com.fanfinity.analytics.peers.InstanceResponse;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.Replica;

/// The reads that peers request. This instance answers from its own replicas, at once and without forwarding.
public final class InternalReadRoutes implements Routes {

    static final String MATCHES = "/internal/matches";

    private final LocalReader reader;
    private final LocalLister lister;
    private final ReadPermits permits;

    public InternalReadRoutes(LocalReader reader, LocalLister lister, ReadPermits permits) {
        this.reader = reader;
        this.lister = lister;
        this.permits = permits;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        ReadRequests.PARSERS.forEach((path, parser) -> routes.get(path, ctx -> read(ctx, parser.apply(ctx)),
                Access.PEER));
        routes.get(MATCHES, this::list, Access.PEER);
    }

    private void read(Context ctx, ReadRequest request) {
        Replica replica = replica(ctx);
        switch (ReadAnswers.withPermit(permits, request, Optional.empty(),
                () -> orFinal(ctx, () -> reader.read(request, replica)))) {
            case ReadValue<byte[]>(byte[] body) -> ReadAnswers.write(ctx, InstanceResponse.json(body));
            case UnknownMatch<byte[]>() -> throw ReadAnswers.unknownMatch(request.matchId());
            case ArchivedMatch<byte[]> match -> ReadAnswers.write(ctx, InstanceResponse.json(
                    orFinal(ctx, () -> reader.readArchived(request, match, Optional.empty()))));
            case StateUnavailable<byte[]>() -> throw ReadAnswers.unavailable();
        }
    }

    /// Marks a 503 as final if no other replica could answer either.
    private static <T> T orFinal(Context ctx, Supplier<T> read) {
        try {
            return read.get();
        } catch (ProblemException e) {
            ctx.header(PeerClient.REPLICA_HEADER, PeerClient.FINAL_ANSWER);
            throw e;
        }
    }

    private void list(Context ctx) {
        List<Integer> partitions = Arrays
                .stream(Optional.ofNullable(ctx.queryParam("partitions")).orElse("").split(",", -1))
                .map(InternalReadRoutes::partition).toList();
        Replica replica = replica(ctx);
        ListQuery query = ListRoutes.internalQuery(ctx);
        if (replica == Replica.ACTIVE) {
            lister.awaitCaughtUp(partitions);
        }
        PartitionListing listing = permits.read(ReadKind.LIST, Optional.empty(),
                () -> lister.list(partitions, replica, query));
        ReadAnswers.write(ctx, InstanceResponse.json(PartitionListingJson.write(listing)));
    }

    private static int partition(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new ProblemException(Problem.badParameter("partitions", "must be numbers separated by commas"));
        }
        return Integer.parseInt(text);
    }

    private static Replica replica(Context ctx) {
        return Optional.ofNullable(ctx.header(PeerClient.REPLICA_HEADER))
                .flatMap(name -> WireName.parse(Replica.values(), name))
                .orElseThrow(() -> new ProblemException(
                        Problem.badRequest("The header " + PeerClient.REPLICA_HEADER + " must be active or standby.")));
    }
}
