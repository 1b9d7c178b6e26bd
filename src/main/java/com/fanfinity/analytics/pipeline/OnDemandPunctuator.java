package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/// A punctuator, by wall-clock time, that is there only while it is needed: Streams commits after each punctuation, whether it did
/// something or not, so that one that always ran would keep idle partitions committing.
///
/// Ticks of the same length come at the same times, so that those of all partitions of a thread come together.
final class OnDemandPunctuator {

    private final ProcessorContext<?, ?> context;
    private final Duration every;
    private final BooleanSupplier needed;
    private final Runnable turn;
    private @Nullable Cancellable running;

    OnDemandPunctuator(ProcessorContext<?, ?> context, Duration every, BooleanSupplier needed, Runnable turn) {
        this.context = context;
        this.every = every;
        this.needed = needed;
        this.turn = turn;
    }

    /// To be told when it may have become needed.
    void wake() {
        if (running == null && needed.getAsBoolean()) {
            running = context.schedule(Instant.EPOCH, every, PunctuationType.WALL_CLOCK_TIME, _ -> punctuate());
        }
    }

    private void punctuate() {
        turn.run();
        if (running != null && !needed.getAsBoolean()) {
            running.cancel();
            running = null;
        }
    }
}
