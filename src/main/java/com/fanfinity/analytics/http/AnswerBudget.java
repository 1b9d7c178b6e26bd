package com.fanfinity.analytics.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds the bytes of answers from their creation until the sockets have taken them. Without it, clients that do not
/// read could fill the heap with answers.
///
/// It covers every answer of a route. Streams have bounds of their own and do not count.
public final class AnswerBudget {

    /// Counts what the budget does.
    public interface AnswerMeter {
        AnswerMeter NONE = new AnswerMeter() {
            @Override
            public void bytes(AtomicLong held) {}

            @Override
            public void refused() {}

            @Override
            public void clientCut() {}
        };

        /// @param held the bytes of all answers that sockets have not taken yet
        void bytes(AtomicLong held);

        /// An answer was replaced by 503.
        void refused();

        /// A connection was closed because its client read too slowly.
        void clientCut();
    }

    /// A shorter answer is never refused. It fits into the buffers of its connection, and it may be the only report of
    /// an event that Kafka has.
    static final int NEVER_REFUSED = 16 << 10;

    /// The time over which the rate of a client that reads is measured.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final long maxBytes;
    private final AnswerMeter meter;
    private final Duration patience;
    private final AtomicLong held = new AtomicLong();

    /// @param maxBytes the most bytes of all answers at a time
    public AnswerBudget(long maxBytes, AnswerMeter meter) {
        this(maxBytes, meter, PATIENCE);
    }

    AnswerBudget(long maxBytes, AnswerMeter meter, Duration patience) {
        this.maxBytes = maxBytes;
        this.meter = requireNonNull(meter, "meter is null");
        this.patience = requireNonNull(patience, "patience is null");
        meter.bytes(held);
    }

    Duration patience() {
        return patience;
    }

    AnswerMeter meter() {
        return meter;
    }

    long held() {
        return held.get();
    }

    /// Takes bytes. If the bytes are more than {@link #NEVER_REFUSED} and the budget is spent, takes none.
    ///
    /// @return whether the bytes were taken
    boolean take(long bytes) {
        long now = held.addAndGet(bytes);
        if (bytes <= NEVER_REFUSED || now <= maxBytes) {
            return true;
        }
        held.addAndGet(-bytes);
        meter.refused();
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    static Problem spent() {
        return Problem.overloaded("Too many answers wait for their clients. Send the request again later.",
                RETRY_AFTER);
    }
}
