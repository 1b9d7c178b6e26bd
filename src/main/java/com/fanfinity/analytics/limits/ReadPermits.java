package com.fanfinity.analytics.limits;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;
import com.fanfinity.analytics.metrics.ReadMeters;

/// Limits the reads in progress by kind, so that reads of one kind leave processor time and memory to all others. A
/// read holds its permit while its answer is made.
///
/// A read waits for a permit for a moment, since most reads take some milliseconds. The limits are fixed: they bound
/// memory, not latency. No read waits for a permit while it holds one of another kind.
///
/// The reads of one address hold at most half of the permits of a kind, or are one read that needs more. Its further
/// reads wait for each other, and not in the queue of all. Reads for another instance have no address.
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
    private final Map<ReadKind, AddressShares> shares = new EnumMap<>(ReadKind.class);
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
            shares.put(kind, new AddressShares(mostOfAddress(kind)));
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

    /// The share of one address, in permits.
    static int mostOfAddress(ReadKind kind) {
        return most(kind) / 2;
    }

    /// Reads with a permit.
    ///
    /// @param client that has a share of the permits; empty for a peer, which reads for many clients
    /// @throws ProblemException 503 with `Retry-After` if none became free in time
    public <T> T read(ReadKind kind, Optional<ClientAddress> client, Supplier<T> read) {
        try (ReadPermit _ = tryAcquire(kind, 1, client).orElseThrow(() -> new ProblemException(Problem.overloaded(
                "Too many requests of this kind are in progress; send it again later.", RETRY_AFTER)))) {
            return read.get();
        }
    }

    /// Waits for permits for a moment.
    ///
    /// @param permits a read that needs more than the share of an address takes its whole share
    /// @param client as in {@link #read}
    /// @return empty if they did not become free in time
    public Optional<ReadPermit> tryAcquire(ReadKind kind, int permits, Optional<ClientAddress> client) {
        long deadline = System.nanoTime() + maxWait.toNanos();
        Optional<ReadPermit> permit = Optional.empty();
        try {
            Optional<ReadPermit> place = place(kind, Math.min(permits, mostOfAddress(kind)), client);
            if (place.isPresent()) {
                permit = tryAcquire(kind, permits, deadline, place.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (permit.isEmpty()) {
            meters.refused(kind, caller);
        }
        return permit;
    }

    private Optional<ReadPermit> place(ReadKind kind, int places, Optional<ClientAddress> client)
            throws InterruptedException {
        if (client.isEmpty()) {
            return Optional.of(() -> {});
        }
        AddressShares share = requireNonNull(shares.get(kind));
        return share.tryAcquire(client.get(), places, maxWait)
                ? Optional.of(() -> share.release(client.get(), places))
                : Optional.empty();
    }

    /// @param place closed with the permit, or at once if there is none
    private Optional<ReadPermit> tryAcquire(ReadKind kind, int permits, long deadline, ReadPermit place)
            throws InterruptedException {
        Semaphore semaphore = requireNonNull(free.get(kind));
        boolean acquired = false;
        try {
            acquired = semaphore.tryAcquire(permits, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
            if (!acquired) {
                place.close();
            }
        }
        return acquired
                ? Optional.of(() -> {
                    semaphore.release(permits);
                    place.close();
                })
                : Optional.empty();
    }
}
