package com.fanfinity.analytics.ingest;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.IngestMeters;

/// Limits the bytes of the request bodies in memory, so that a slow Kafka cannot exhaust it.
public final class InFlightBytes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final IngestMeters meters;

    public InFlightBytes(long maxBytes, IngestMeters meters) {
        this.maxBytes = maxBytes;
        this.meters = meters;
        meters.inFlightBytes(bytes);
    }

    /// An empty reservation for one body.
    ByteReservation newReservation() {
        return new ByteReservation();
    }

    /// The bytes of one body, held until it is closed. Not thread-safe.
    final class ByteReservation implements AutoCloseable {
        private int reserved;

        private ByteReservation() {}

        /// Reserves bytes as they arrive. An announced length alone reserves nothing.
        ///
        /// @throws ProblemException 503 if the limit is reached
        void add(int length) {
            if (bytes.addAndGet(length) > maxBytes) {
                bytes.addAndGet(-length);
                meters.refused("bytes");
                throw new ProblemException(
                        Problem.overloaded("Too many request bytes in flight. Nothing in this request was accepted.",
                                RETRY_AFTER));
            }
            reserved += length;
        }

        @Override
        public void close() {
            bytes.addAndGet(-reserved);
            reserved = 0;
        }
    }
}
