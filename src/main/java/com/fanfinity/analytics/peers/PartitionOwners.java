package com.fanfinity.analytics.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The instances that hold each partition's state, as the group's coordinator reports them.
///
/// @param active by partition
/// @param standbys by partition
public record PartitionOwners(Map<Integer, Peer> active, Map<Integer, List<Peer>> standbys) {

    public static final PartitionOwners NONE = new PartitionOwners(Map.of(), Map.of());

    public PartitionOwners {
        active = Map.copyOf(active);
        standbys = Map.copyOf(standbys);
    }

    public Optional<Peer> activeOf(int partition) {
        return Optional.ofNullable(active.get(partition));
    }

    public List<Peer> standbysOf(int partition) {
        return standbys.getOrDefault(partition, List.of());
    }

    /// Collects the assignments of the group's members.
    static final class Builder {
        private final Map<Integer, Peer> active = new HashMap<>();
        private final Map<Integer, List<Peer>> standbys = new HashMap<>();

        void active(int partition, Peer peer) {
            active.put(partition, peer);
        }

        void standby(int partition, Peer peer) {
            standbys.computeIfAbsent(partition, _ -> new ArrayList<>()).add(peer);
        }

        PartitionOwners build() {
            standbys.replaceAll((_, peers) -> List.copyOf(peers));
            return new PartitionOwners(active, standbys);
        }
    }
}
