package com.fanfinity.analytics.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;
import com.fanfinity.analytics.metrics.ReadMeters;

/// Limits the reads in progress by kind, so that reads of one kind leave processor time and memory to all others. A
/// read holds its permit while its answer is made.
///
/// A read waits for a permit for a moment, since most reads take some milliseconds. The limits are fixed: they bound
/// memory, not latency.
public final class ReadPermits {

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    /// Less than the time that an instance waits for a peer's list.
    private static final Duration MAX_WAIT_OF_PEERS = Duration.ofMillis(500);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// Held until it is closed.
    public interface ReadPermit extends AutoCloseable {
        @Override
        void close();
    }

    private final Map<ReadKind, Semaphore> free = new EnumMap<>(ReadKind.class);
    private final ReadCaller caller;
    private final Duration maxWait;
    private final ReadMeters meters;

    /// The permits of clients.
    public static ReadPermits ofClients(ReadMeters meters) {
        return new ReadPermits(ReadCaller.CLIENT, MAX_WAIT, meters);
    }

    /// The permits of other instances. They are separate: two instances that read from each other would otherwise wait
    /// for each other.
    public static ReadPermits ofPeers(ReadMeters meters) {
        return new ReadPermits(ReadCaller.PEER, MAX_WAIT_OF_PEERS, meters);
    }

    ReadPermits(ReadCaller caller, Duration maxWait, ReadMeters meters) {
        this.caller = caller;
        this.maxWait = maxWait;
        this.meters = meters;
        for (ReadKind kind : ReadKind.values()) {
            Semaphore permits = new Semaphore(most(kind), true);
            free.put(kind, permits);
            meters.permits(kind, caller, () -> most(kind) - permits.availablePermits());
        }
    }

    /// The most permits of a kind.
    public static int most(ReadKind kind) {
        return switch (kind) {
            case LIST, HISTORY -> 4;
            case MATCH, RECEIPT -> 8;
        };
    }

    /// Reads with a permit.
    ///
    /// @throws ProblemException 503 with `Retry-After` if none became free in time
    public <T> T read(ReadKind kind, Supplier<T> read) {
        try (ReadPermit _ = tryAcquire(kind, 1).orElseThrow(() -> new ProblemException(Problem.overloaded(
                "Too many requests of this kind are in progress; send it again later.", RETRY_AFTER)))) {
            return read.get();
        }
    }

    /// Waits for permits for a moment.
    ///
    /// @return empty if they did not become free in time
    public Optional<ReadPermit> tryAcquire(ReadKind kind, int permits) {
        Semaphore semaphore = requireNonNull(free.get(kind));
        try {
            if (semaphore.tryAcquire(permits, maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.of(() -> semaphore.release(permits));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        meters.refused(kind, caller);
        return Optional.empty();
    }
}
