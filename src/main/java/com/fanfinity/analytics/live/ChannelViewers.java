package com.fanfinity.analytics.live;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/// The viewers of one channel, in as many shards as threads write to them.
final class ChannelViewers {

    /// Viewers to which one thread writes, one after another.
    static final class Shard {
        private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean queued = new AtomicBoolean();

        boolean isEmpty() {
            return viewers.isEmpty();
        }

        /// Marks the shard as queued.
        ///
        /// @return false if it was queued already
        boolean markQueued() {
            return queued.compareAndSet(false, true);
        }

        void sendUpdates() {
            queued.set(false);
            viewers.forEach(Viewer::sendUpdate);
        }
    }

    private final List<Shard> shards;
    private boolean retired;

    ChannelViewers(int shards) {
        this.shards = IntStream.range(0, shards).mapToObj(_ -> new Shard()).toList();
    }

    List<Shard> shards() {
        return shards;
    }

    /// @return false if the channel has been retired; the caller must look the channel up again
    synchronized boolean add(Viewer viewer) {
        return !retired && shard(viewer).viewers.add(viewer);
    }

    /// Retires the channel if it has no viewers. A retired channel accepts none.
    ///
    /// @return whether the channel is retired
    synchronized boolean retireIfEmpty() {
        retired |= isEmpty();
        return retired;
    }

    void remove(Viewer viewer) {
        shard(viewer).viewers.remove(viewer);
    }

    private boolean isEmpty() {
        return shards.stream().allMatch(Shard::isEmpty);
    }

    private Shard shard(Viewer viewer) {
        return shards.get(Math.floorMod(System.identityHashCode(viewer), shards.size()));
    }
}
