package com.fanfinity.analytics.query;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.peers.InstanceResponse;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.PartitionOwners;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.Replica;

/// Reads any match: from the active replica on this instance, else from its owner, else from a standby here or on a
/// peer. A standby's answer is marked as stale.
///
/// While a partition moves, it may have no owner. The read then polls the local stores until its deadline. It asks
/// peers again only after the owners changed, or every {@link #PEER_RETRY_INTERVAL}, so that a moving partition causes
/// no request storm. A peer never forwards.
public final class ForwardingReader {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(25);
    private static final Duration PEER_RETRY_INTERVAL = Duration.ofMillis(250);
    private static final int MAX_PEER_REQUESTS = 40;

    private final LocalReader local;
    private final PartitionDirectory directory;
    private final PeerClient peers;
    private final Peer self;
    private final Function<String, OptionalInt> partitionOf;
    private final ReadPermits permits;

    /// @param self the address of this instance in the directory
    /// @param partitionOf the partition of a match; empty until the number of partitions is known
    public ForwardingReader(LocalReader local, PartitionDirectory directory, PeerClient peers, Peer self,
            Function<String, OptionalInt> partitionOf, ReadPermits permits) {
        this.local = local;
        this.directory = directory;
        this.peers = peers;
        this.self = self;
        this.partitionOf = partitionOf;
        this.permits = permits;
    }

    /// A read holds no permit while it waits for a partition that moves: it would keep reads of other matches waiting.
    ///
    /// @throws ProblemException 404 if the owner of the match's partition does not know the match; 503 with
    ///     `Retry-After` if no replica could be read in time, or if no permit became free
    InstanceResponse read(ReadRequest request, ClientAddress client, String requestId) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        ReplicaSearch search = new ReplicaSearch(request, client, requestId, deadline);
        while (true) {
            Optional<Supplier<InstanceResponse>> found = ReadAnswers.withPermit(permits, request, Optional.of(client),
                    search::tryAll);
            if (found.isPresent()) {
                return found.get().get();
            }
            if (System.nanoTime() >= deadline) {
                throw ReadAnswers.unavailable();
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private static Supplier<InstanceResponse> made(InstanceResponse response) {
        return () -> response;
    }

    /// The search of one request for a readable replica.
    private final class ReplicaSearch {
        private final ReadRequest request;
        private final ClientAddress client;
        private final String requestId;
        private final long deadline;
        private Optional<PartitionOwners> askedOwners = Optional.empty();
        private long askedAt;
        private int peerRequests;

        private ReplicaSearch(ReadRequest request, ClientAddress client, String requestId, long deadline) {
            this.request = request;
            this.client = client;
            this.requestId = requestId;
            this.deadline = deadline;
        }

        /// The answer, which must be made without the permit: that of an archived match waits for other permits.
        private Optional<Supplier<InstanceResponse>> tryAll() {
            Optional<Supplier<InstanceResponse>> found = readLocally(Replica.ACTIVE);
            if (found.isPresent()) {
                return found;
            }
            PartitionOwners owners = directory.owners();
            if (askedOwners.isPresent() && askedOwners.get().equals(owners)
                    && System.nanoTime() - askedAt <= PEER_RETRY_INTERVAL.toNanos()) {
                return Optional.empty();
            }
            askedOwners = Optional.of(owners);
            askedAt = System.nanoTime();
            found = askOwner(owners).map(ForwardingReader::made);
            if (found.isPresent()) {
                return found;
            }
            directory.refreshSoon();
            return readLocally(Replica.STANDBY)
                    .or(() -> askStandbys(owners).map(ForwardingReader::made));
        }

        private Optional<Supplier<InstanceResponse>> readLocally(Replica replica) {
            return switch (local.read(request, replica)) {
                case ReadValue<byte[]>(byte[] body) -> Optional.of(made(InstanceResponse.json(body)));
                case UnknownMatch<byte[]>() -> throw ReadAnswers.unknownMatch(request.matchId());
                case ArchivedMatch<byte[]> match -> Optional.of(
                        () -> InstanceResponse.json(local.readArchived(request, match, Optional.of(client))));
                case StateUnavailable<byte[]>() -> Optional.empty();
            };
        }

        private Optional<InstanceResponse> askOwner(PartitionOwners owners) {
            OptionalInt partition = partitionOf.apply(request.matchId());
            return partition.isPresent()
                    ? owners.activeOf(partition.getAsInt()).flatMap(peer -> ask(peer, Replica.ACTIVE))
                    : Optional.empty();
        }

        private Optional<InstanceResponse> askStandbys(PartitionOwners owners) {
            OptionalInt partition = partitionOf.apply(request.matchId());
            List<Peer> standbys = partition.isPresent() ? owners.standbysOf(partition.getAsInt()) : List.of();
            return standbys.stream().flatMap(peer -> ask(peer, Replica.STANDBY).stream()).findFirst();
        }

        private Optional<InstanceResponse> ask(Peer peer, Replica replica) {
            if (peer.equals(self) || peerRequests >= MAX_PEER_REQUESTS) {
                return Optional.empty();
            }
            peerRequests++;
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            return peers.get(peer, request.path(), WireName.of(replica), requestId,
                    left.compareTo(PEER_TIMEOUT) < 0 ? left : PEER_TIMEOUT);
        }
    }
}
