package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.javalin.http.Context;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.PartitionOwners;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.peers.PeerResponse;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.Replica;

/// Answers for any match: from here if its state is, else from its owner, else from a standby (here or elsewhere), which says that it is
/// stale and how old.
///
/// While a partition moves nobody may have it for a moment. Then the request waits here and looks again, until its deadline; others are
/// asked again only if the group says that somebody else has it, or a few times a second, so that a moving partition makes no storm.
/// Whoever is asked answers from its own state or not at all: one hop.
public final class ForwardingReader implements ReadRouter {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration ONE_TRY = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(25);
    private static final Duration ASK_AGAIN = Duration.ofMillis(250);
    private static final int MOST_TRIES = 40;

    private final PartitionDirectory directory;
    private final PeerClient peers;
    private final Peer self;
    private final Function<String, OptionalInt> partitionOf;

    /// @param self as the directory names this instance
    /// @param partitionOf a match; empty as long as it is not known how many there are
    public ForwardingReader(PartitionDirectory directory, PeerClient peers, Peer self, Function<String, OptionalInt> partitionOf) {
        this.directory = directory;
        this.peers = peers;
        this.self = self;
        this.partitionOf = partitionOf;
    }

    @Override
    public void answer(Context ctx, String matchId, LocalReader local) {
        PeerResponse reply = find(matchId, pathAndQuery(ctx), HttpServer.requestIdOf(ctx), local);
        reply.retryAfter().ifPresent(seconds -> ctx.header("Retry-After", seconds));
        ctx.status(reply.status()).contentType(reply.contentType()).header("Cache-Control", "no-store").result(reply.body());
    }

    /// The answer, made here or by whoever has the match's state.
    ///
    /// @param path with the query, as others are asked
    /// @throws com.fanfinity.analytics.http.ProblemException as {@link Reads#answer}
    PeerResponse find(String matchId, String path, String requestId, LocalReader local) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        Search search = new Search(matchId, path, requestId, local, deadline);
        while (true) {
            Optional<PeerResponse> found = search.step();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() >= deadline) {
                throw ReadRouter.unavailable();
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /// One request's way to its answer.
    private final class Search {
        private final String matchId;
        private final String path;
        private final String requestId;
        private final LocalReader local;
        private final long deadline;
        private Optional<PartitionOwners> asked = Optional.empty();
        private long askedAt;
        private int tries;

        private Search(String matchId, String path, String requestId, LocalReader local, long deadline) {
            this.matchId = matchId;
            this.path = path;
            this.requestId = requestId;
            this.local = local;
            this.deadline = deadline;
        }

        /// The answer, if there is one now.
        private Optional<PeerResponse> step() {
            Optional<PeerResponse> here = here(Replica.ACTIVE);
            if (here.isPresent()) {
                return here;
            }
            PartitionOwners holders = directory.owners();
            if (asked.isPresent() && asked.get().equals(holders) && System.nanoTime() - askedAt <= ASK_AGAIN.toNanos()) {
                return Optional.empty();
            }
            asked = Optional.of(holders);
            askedAt = System.nanoTime();
            Optional<PeerResponse> owner = owner(holders);
            if (owner.isPresent()) {
                return owner;
            }
            directory.refreshSoon();
            return here(Replica.STANDBY).or(() -> standby(holders));
        }

        private Optional<PeerResponse> here(Replica copy) {
            return switch (local.from(copy)) {
                case ReadValue<byte[]>(byte[] body) -> Optional.of(new PeerResponse(200, "application/json", Optional.empty(), body));
                case UnknownMatch<byte[]>() -> throw ReadRouter.unknown(matchId);
                case ArchivedMatch<byte[]>(_, _),StateUnavailable<byte[]>() -> Optional.empty();
            };
        }

        private Optional<PeerResponse> owner(PartitionOwners holders) {
            OptionalInt partition = partitionOf.apply(matchId);
            return partition.isPresent() ? there(holders.activeOf(partition.getAsInt()), Replica.ACTIVE) : Optional.empty();
        }

        private Optional<PeerResponse> standby(PartitionOwners holders) {
            OptionalInt partition = partitionOf.apply(matchId);
            return partition.isPresent()
                    ? holders.standbysOf(partition.getAsInt()).stream().flatMap(peer -> there(Optional.of(peer), Replica.STANDBY).stream())
                            .findFirst()
                    : Optional.empty();
        }

        private Optional<PeerResponse> there(Optional<Peer> peer, Replica copy) {
            if (peer.isEmpty() || peer.get().equals(self) || tries >= MOST_TRIES) {
                return Optional.empty();
            }
            tries++;
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            return peers.get(peer.get(), path, WireName.of(copy), requestId, left.compareTo(ONE_TRY) < 0 ? left : ONE_TRY);
        }
    }

    /// Made anew of what the routes know, since a client may write what is no URI.
    private static String pathAndQuery(Context ctx) {
        StringBuilder path = new StringBuilder(ctx.path());
        char before = '?';
        for (String name : List.of("from", "to", "limit")) {
            String value = ctx.queryParam(name);
            if (value != null) {
                path.append(before).append(name).append('=').append(URLEncoder.encode(value, UTF_8));
                before = '&';
            }
        }
        return path.toString();
    }
}
