package com.fanfinity.analytics.live;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// All viewers of this instance: how many there may be, and what all of them are told whatever they follow.
final class Viewers {

    /// Contract: a comment every 15 s. Proxies and clients take a connection for dead on which nothing comes.
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final int most;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Viewer> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile StreamStatus notice = StreamStatus.NONE;

    /// @param most at once
    Viewers(int most) {
        this.most = most;
    }

    /// Takes a place, if there is one.
    boolean admit() {
        if (closed) {
            return false;
        }
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /// Has the viewer told what its channel tells.
    ///
    /// @return false if the channel was given up meanwhile
    boolean joined(Viewer viewer) {
        if (!viewer.channel().audience().add(viewer)) {
            return false;
        }
        open.add(viewer);
        if (closed) {
            viewer.close();
        }
        return true;
    }

    /// Gives a place back that nobody took after all.
    void release() {
        count.decrementAndGet();
    }

    void ended(Viewer viewer) {
        viewer.channel().audience().remove(viewer);
        if (open.remove(viewer)) {
            release();
        }
    }

    int count() {
        return count.get();
    }

    /// What every viewer is to have been told.
    StreamStatus notice() {
        return notice;
    }

    /// Has every viewer told something, whatever else it is told.
    void tell(StreamStatus newest) {
        notice = newest;
        open.forEach(Viewer::tell);
    }

    /// Sends a frame to those who were not told anything for a while.
    void keepAlive(byte[] frame, long quietNanos) {
        long now = System.nanoTime();
        open.forEach(viewer -> viewer.keepAlive(frame, now, quietNanos));
    }

    /// Ends all streams, and lets no new one begin.
    void close() {
        closed = true;
        open.forEach(Viewer::close);
    }
}
