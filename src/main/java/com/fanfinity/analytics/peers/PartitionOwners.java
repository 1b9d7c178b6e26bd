package com.fanfinity.analytics.peers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which instance holds the state of which partition, as the group's coordinator tells it.
///
/// @param active by partition
/// @param standbys by partition
public record PartitionOwners(Map<Integer, Peer> active, Map<Integer, List<Peer>> standbys) {

    /// Nothing is known.
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

    /// Gathers what the members of a group say.
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
