package com.fanfinity.analytics.ingest;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.Meters;

/// Bounds the bytes of the requests that are being taken in, so that a slow Kafka cannot fill the memory.
public final class InFlight {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Meters meters;

    public InFlight(long maxBytes, Meters meters) {
        this.maxBytes = maxBytes;
        this.meters = meters;
        meters.ingest().inFlightBytes(bytes);
    }

    /// Room for one body, empty at first.
    Room open() {
        return new Room();
    }

    /// What one body takes, until it is closed. Belongs to one thread.
    final class Room implements AutoCloseable {
        private int taken;

        private Room() {}

        /// Takes more, as bytes arrive: what is only announced holds nobody else up.
        ///
        /// @throws ProblemException 503 if there is no more
        void grow(int length) {
            if (bytes.addAndGet(length) > maxBytes) {
                bytes.addAndGet(-length);
                meters.ingest().refused("bytes");
                throw new ProblemException(
                        Problem.overloaded("Too many request bytes in flight. Nothing in this request was accepted.", RETRY_AFTER));
            }
            taken += length;
        }

        @Override
        public void close() {
            bytes.addAndGet(-taken);
            taken = 0;
        }
    }
}
