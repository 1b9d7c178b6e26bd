package com.fanfinity.analytics.live;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fanfinity.analytics.metrics.LiveMeters.StreamEnd;
import com.fanfinity.analytics.security.Caller;

/// All viewers of this instance: their limit, and the status that viewers of every channel receive.
final class ViewerRegistry {

    /// The contract promises a comment every 15 s, because proxies and clients close a silent connection.
    static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);

    /// The answer to {@link #reserve}.
    enum Reservation {
        RESERVED,
        /// All slots are in use, or the instance stops.
        FULL,
        /// The address has as many streams as one address may have.
        ADDRESS_FULL
    }

    /// A viewer for which an update waits.
    private record Waiting(Viewer viewer, long since) {}

    private final int limit;
    private final int addressLimit;
    private final Supplier<StreamStatus> current;
    private final PendingBytes pending;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<Object, Integer> countByAddress = new ConcurrentHashMap<>();
    private final Map<Viewer, Caller> open = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile StreamStatus status = StreamStatus.NONE;

    /// @param addressLimit the maximum number of viewers of one address
    /// @param current computes the status of the moment
    ViewerRegistry(int limit, int addressLimit, Supplier<StreamStatus> current, PendingBytes pending) {
        this.limit = limit;
        this.addressLimit = addressLimit;
        this.current = current;
        this.pending = pending;
    }

    /// Reserves a slot for a viewer.
    Reservation reserve(Object address) {
        if (closed) {
            return Reservation.FULL;
        }
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return Reservation.FULL;
        }
        if (countByAddress.merge(address, 1, Integer::sum) > addressLimit) {
            release(address);
            return Reservation.ADDRESS_FULL;
        }
        return Reservation.RESERVED;
    }

    /// Subscribes the viewer, for which a slot is reserved, to its channel.
    ///
    /// @return false if the channel has been retired
    boolean register(Viewer viewer, Caller caller) {
        if (!viewer.channel().viewers().add(viewer)) {
            return false;
        }
        open.put(viewer, caller);
        if (closed) {
            viewer.close();
        }
        return true;
    }

    /// Releases a slot for which no viewer was registered.
    void release(Object address) {
        countByAddress.computeIfPresent(address, (_, streams) -> streams == 1 ? null : streams - 1);
        count.decrementAndGet();
    }

    void unregister(Viewer viewer) {
        viewer.channel().viewers().remove(viewer);
        if (open.remove(viewer) != null) {
            release(viewer.connection().address());
        }
    }

    /// The bytes that wait for viewers.
    PendingBytes pending() {
        return pending;
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
        open.keySet().forEach(Viewer::sendUpdate);
    }

    /// Sends a frame to the viewers that received nothing for this long.
    void keepAlive(Frame frame, long idleNanos) {
        long now = System.nanoTime();
        open.keySet().forEach(viewer -> viewer.keepAlive(frame, now, idleNanos));
    }

    /// Ends the streams of the callers that match, also of clients that do not read.
    void endIf(Predicate<Caller> ended) {
        open.forEach((viewer, caller) -> {
            if (ended.test(caller)) {
                viewer.revoke();
            }
        });
    }

    /// Cuts the viewers that do not take what waits for them. If too many bytes wait for all viewers together, it cuts
    /// the viewers that have waited longest.
    ///
    /// @param now of the monotonic clock, nanoseconds
    void cutSlow(long now) {
        open.keySet().stream().filter(viewer -> viewer.isTooSlow(now)).forEach(viewer -> viewer.cut(StreamEnd.SLOW));
        if (pending.isOverLimit()) {
            waiting(now).takeWhile(_ -> pending.isOverLimit()).forEach(viewer -> viewer.cut(StreamEnd.CROWDED));
        }
    }

    /// The viewers for which an update waits, those that have waited longest first.
    private Stream<Viewer> waiting(long now) {
        return open.keySet().stream()
                .flatMap(viewer -> viewer.waitingSince().stream().mapToObj(since -> new Waiting(viewer, since)))
                .sorted(Comparator.comparingLong(it -> it.since - now)).map(Waiting::viewer);
    }

    /// Ends all streams and rejects new ones.
    void close() {
        closed = true;
        open.keySet().forEach(Viewer::close);
    }
}
