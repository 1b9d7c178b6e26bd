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
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.PartitionOwners;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.query.MatchList.ListQuery;
import com.fanfinity.analytics.streams.Replica;

/// Lists the matches of all partitions: those that are here, and for the others their owners are asked, all at once, and then, for what is
/// still missing, those who have a standby.
final class ForwardingLister {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingLister.class);
    private static final Duration ONE_TRY = Duration.ofSeconds(1);

    private final LocalLister local;
    private final PartitionDirectory directory;
    private final PeerClient peers;
    private final Peer self;

    ForwardingLister(LocalLister local, PartitionDirectory directory, PeerClient peers, Peer self) {
        this.local = local;
        this.directory = directory;
        this.peers = peers;
        this.self = self;
    }

    /// As many of those partitions as can be read.
    PartitionListing list(Collection<Integer> partitions, ListQuery part, String requestId) {
        PartitionOwners holders = directory.owners();
        Gathering gathering = new Gathering(partitions, part, requestId);
        gathering.here(Replica.ACTIVE);
        gathering.there(partition -> holders.activeOf(partition).stream().toList(), Replica.ACTIVE);
        if (!gathering.missing.isEmpty()) {
            directory.refreshSoon();
            gathering.here(Replica.STANDBY);
            gathering.there(holders::standbysOf, Replica.STANDBY);
        }
        return gathering.found;
    }

    /// What is there of one request's list.
    private final class Gathering {
        private final Set<Integer> missing;
        private final ListQuery part;
        private final String requestId;
        private PartitionListing found = PartitionListing.NOTHING;

        private Gathering(Collection<Integer> partitions, ListQuery part, String requestId) {
            this.missing = new HashSet<>(partitions);
            this.part = part;
            this.requestId = requestId;
        }

        private void here(Replica copy) {
            add(local.list(Set.copyOf(missing), copy, part));
        }

        private void there(IntFunction<List<Peer>> holders, Replica copy) {
            Map<Peer, List<Integer>> byPeer = new HashMap<>();
            for (int partition : missing) {
                holders.apply(partition).stream().filter(peer -> !peer.equals(self)).findFirst()
                        .ifPresent(peer -> byPeer.computeIfAbsent(peer, _ -> new ArrayList<>()).add(partition));
            }
            if (byPeer.isEmpty()) {
                return;
            }
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<PartitionListing>> asked = byPeer.entrySet().stream()
                        .map(entry -> executor.submit(() -> ask(entry.getKey(), entry.getValue(), copy))).toList();
                for (Future<PartitionListing> answer : asked) {
                    add(answer.get());
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("asking another instance for its matches failed", e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private PartitionListing ask(Peer peer, List<Integer> partitions, Replica copy) {
            return peers.get(peer, path(partitions), WireName.of(copy), requestId, ONE_TRY)
                    .filter(reply -> reply.status() == 200)
                    .map(reply -> {
                        try {
                            return PartitionListingJson.read(reply.body());
                        } catch (IOException e) {
                            LOG.atWarn().addKeyValue("peer", peer).setCause(e).log("another instance's list cannot be read");
                            return PartitionListing.NOTHING;
                        }
                    }).orElse(PartitionListing.NOTHING);
        }

        private String path(List<Integer> partitions) {
            StringBuilder path = new StringBuilder(ListRoutes.INTERNAL).append("?limit=").append(part.limit()).append("&partitions=")
                    .append(partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
            part.status().ifPresent(status -> path.append("&status=").append(WireName.of(status)));
            part.after().ifPresent(place -> path.append("&cursor=").append(URLEncoder.encode(place.toCursor(), StandardCharsets.UTF_8)));
            return path.toString();
        }

        private void add(PartitionListing more) {
            Set<Integer> partitions = new HashSet<>(found.partitions());
            partitions.addAll(more.partitions());
            List<MatchList.ListedMatch> entries = new ArrayList<>(found.entries());
            entries.addAll(more.entries());
            missing.removeAll(more.partitions());
            found = new PartitionListing(partitions, found.stale() || more.stale(), entries);
        }
    }
}
