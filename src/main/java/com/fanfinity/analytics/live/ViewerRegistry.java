package com.fanfinity.analytics.live;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// All viewers of this instance: their limit, and the status that viewers of every channel receive.
final class ViewerRegistry {

    /// The contract promises a comment every 15 s, because proxies and clients close a silent connection.
    static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final int limit;
    private final Supplier<StreamStatus> current;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Viewer> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile StreamStatus status = StreamStatus.NONE;

    /// @param current computes the status of the moment
    ViewerRegistry(int limit, Supplier<StreamStatus> current) {
        this.limit = limit;
        this.current = current;
    }

    /// Reserves a slot for a viewer.
    ///
    /// @return false if all slots are in use, or after {@link #close}
    boolean tryReserve() {
        if (closed) {
            return false;
        }
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /// Subscribes the viewer, for which a slot is reserved, to its channel.
    ///
    /// @return false if the channel has been retired
    boolean register(Viewer viewer) {
        if (!viewer.channel().viewers().add(viewer)) {
            return false;
        }
        open.add(viewer);
        if (closed) {
            viewer.close();
        }
        return true;
    }

    /// Releases a slot for which no viewer was registered.
    void release() {
        count.decrementAndGet();
    }

    void unregister(Viewer viewer) {
        viewer.channel().viewers().remove(viewer);
        if (open.remove(viewer)) {
            release();
        }
    }

    int count() {
        return count.get();
    }

    /// The newest published status. Each viewer receives it once, except those that connect later.
    StreamStatus status() {
        return status;
    }

    /// The status for a new viewer. The published one is as old as the last change.
    StreamStatus firstStatus() {
        return status == StreamStatus.NONE ? StreamStatus.NONE : current.get();
    }

    void publishStatus(StreamStatus newest) {
        status = newest;
        open.forEach(Viewer::sendUpdate);
    }

    /// Sends a frame to the viewers that received nothing for this long.
    void keepAlive(byte[] frame, long idleNanos) {
        long now = System.nanoTime();
        open.forEach(viewer -> viewer.keepAlive(frame, now, idleNanos));
    }

    /// Ends all streams and rejects new ones.
    void close() {
        closed = true;
        open.forEach(Viewer::close);
    }
}
