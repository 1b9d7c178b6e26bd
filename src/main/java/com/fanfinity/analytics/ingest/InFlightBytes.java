package com.fanfinity.analytics.ingest;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.IngestMeters;

/// Limits the bytes of the request bodies in memory, so that a slow Kafka cannot exhaust it. One sender can hold at
/// most a quarter of them, but at least one batch, so that others get their share while its bodies stall.
///
/// Each byte counts {@value #COPIES} times: the events of a body are a copy of it, and so is an event to which the
/// service adds its id.
public final class InFlightBytes {

    private static final int COPIES = 2;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long maxBytes;
    private final long maxBytesOfSender;
    private final ConcurrentMap<String, Long> bytesOfSenders = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final IngestMeters meters;

    public InFlightBytes(long maxBytes, IngestMeters meters) {
        this.maxBytes = maxBytes;
        this.maxBytesOfSender = Math.max(maxBytes / 4, COPIES * BatchReader.MAX_BYTES);
        this.meters = meters;
        meters.inFlightBytes(bytes);
    }

    /// An empty reservation for one body.
    ///
    /// @param sender such as the address of the client
    ByteReservation newReservation(String sender) {
        return new ByteReservation(sender);
    }

    /// The number of senders that hold bytes.
    int senders() {
        return bytesOfSenders.size();
    }

    /// The bytes of one body, held until it is closed. Not thread-safe.
    final class ByteReservation {
        private final String sender;
        private int reserved;

        private ByteReservation(String sender) {
            this.sender = sender;
        }

        /// Reserves bytes as they arrive. An announced length alone reserves nothing.
        ///
        /// @throws ProblemException 503 if the limit of all or of this sender is reached
        void add(int arrived) {
            int length = COPIES * arrived;
            long ofAll = bytes.addAndGet(length);
            long ofSender = bytesOfSenders.merge(sender, (long) length, Long::sum);
            if (ofAll > maxBytes || ofSender > maxBytesOfSender) {
                release(length);
                meters.refused(ofAll > maxBytes ? "bytes" : "sender");
                throw new ProblemException(
                        Problem.overloaded("Too many request bytes in flight. Nothing in this request was accepted.",
                                RETRY_AFTER));
            }
            reserved += length;
        }

        /// Releases all copies but one, because the others are no longer in memory.
        void keepOneCopy() {
            int others = reserved - reserved / COPIES;
            release(others);
            reserved -= others;
        }

        /// Releases the bytes. Closing twice has no effect.
        void close() {
            release(reserved);
            reserved = 0;
        }

        private void release(long length) {
            bytes.addAndGet(-length);
            bytesOfSenders.computeIfPresent(sender, (_, held) -> held == length ? null : held - length);
        }
    }
}
