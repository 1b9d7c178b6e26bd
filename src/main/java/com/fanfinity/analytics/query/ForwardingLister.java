package com.fanfinity.analytics.query;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.ReadPermits;
import com.fanfinity.analytics.metrics.Meters.ReadKind;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.PartitionOwners;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.streams.Replica;

/// Lists the matches of all partitions: the local ones first, then those of all owners in parallel. For partitions that
/// are still missing, it reads standbys in the same way.
public final class ForwardingLister {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingLister.class);
    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(1);

    private final LocalLister local;
    private final PartitionDirectory directory;
    private final PeerClient peers;
    private final Peer self;
    private final ReadPermits permits;

    /// @param self the address of this instance in the directory
    public ForwardingLister(LocalLister local, PartitionDirectory directory, PeerClient peers, Peer self,
            ReadPermits permits) {
        this.local = local;
        this.directory = directory;
        this.peers = peers;
        this.self = self;
        this.permits = permits;
    }

    /// @throws ProblemException 503 with `Retry-After` if too many lists are in progress
    PartitionListing list(Collection<Integer> partitions, ListQuery query, ClientAddress client, String requestId) {
        local.awaitCaughtUp(partitions);
        return permits.read(ReadKind.LIST, Optional.of(client), () -> collect(partitions, query, requestId));
    }

    private PartitionListing collect(Collection<Integer> partitions, ListQuery query, String requestId) {
        PartitionOwners owners = directory.owners();
        ListingCollector collector = new ListingCollector(partitions, query, requestId);
        collector.readLocally(Replica.ACTIVE);
        collector.askPeers(partition -> owners.activeOf(partition).stream().toList(), Replica.ACTIVE);
        if (!collector.missing.isEmpty()) {
            directory.refreshSoon();
            collector.readLocally(Replica.STANDBY);
            collector.askPeers(owners::standbysOf, Replica.STANDBY);
        }
        return collector.found;
    }

    /// The listing of one request, while it is collected.
    private final class ListingCollector {
        private final Set<Integer> missing;
        private final ListQuery query;
        private final String requestId;
        private PartitionListing found = PartitionListing.EMPTY;

        private ListingCollector(Collection<Integer> partitions, ListQuery query, String requestId) {
            this.missing = new HashSet<>(partitions);
            this.query = query;
            this.requestId = requestId;
        }

        private void readLocally(Replica replica) {
            add(local.list(Set.copyOf(missing), replica, query));
        }

        private void askPeers(IntFunction<List<Peer>> owners, Replica replica) {
            Map<Peer, List<Integer>> byPeer = new HashMap<>();
            for (int partition : missing) {
                owners.apply(partition).stream().filter(peer -> !peer.equals(self)).findFirst()
                        .ifPresent(peer -> byPeer.computeIfAbsent(peer, _ -> new ArrayList<>()).add(partition));
            }
            if (byPeer.isEmpty()) {
                return;
            }
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<PartitionListing>> requests = byPeer.entrySet().stream()
                        .map(entry -> executor.submit(() -> ask(entry.getKey(), entry.getValue(), replica))).toList();
                for (Future<PartitionListing> request : requests) {
                    add(request.get());
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("the request for the matches of a peer failed", e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private PartitionListing ask(Peer peer, List<Integer> partitions, Replica replica) {
            return peers.get(peer, path(partitions), WireName.of(replica), requestId, PEER_TIMEOUT)
                    .filter(reply -> reply.status() == 200)
                    .map(reply -> {
                        try {
                            return PartitionListingJson.read(reply.body());
                        } catch (IOException e) {
                            LOG.atWarn().addKeyValue("peer", peer).setCause(e)
                                    .log("the list of matches from a peer is invalid");
                            return PartitionListing.EMPTY;
                        }
                    }).orElse(PartitionListing.EMPTY);
        }

        private String path(List<Integer> partitions) {
            StringBuilder path = new StringBuilder(InternalReadRoutes.MATCHES).append("?limit=").append(query.limit())
                    .append("&partitions=")
                    .append(partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
            query.status().ifPresent(status -> path.append("&status=").append(WireName.of(status)));
            query.after().ifPresent(position -> path.append("&cursor=")
                    .append(URLEncoder.encode(position.toCursor(), StandardCharsets.UTF_8)));
            return path.toString();
        }

        private void add(PartitionListing more) {
            missing.removeAll(more.partitions());
            found = found.plus(more);
        }
    }
}
