package com.fanfinity.analytics.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/// A wall-clock punctuator that is scheduled only while it is needed. Streams commits after each punctuation, even one
/// without work, so a permanent punctuator would keep idle partitions committing.
///
/// Punctuators with the same interval run at the same times, so the partitions of a thread run together.
final class OnDemandPunctuator {

    private final ProcessorContext<?, ?> context;
    private final Duration every;
    private final BooleanSupplier needed;
    private final Runnable action;
    private @Nullable Cancellable running;

    OnDemandPunctuator(ProcessorContext<?, ?> context, Duration every, BooleanSupplier needed, Runnable action) {
        this.context = context;
        this.every = every;
        this.needed = needed;
        this.action = action;
    }

    /// Must be called after each change that can make the punctuator needed.
    void startIfNeeded() {
        if (running == null && needed.getAsBoolean()) {
            running = context.schedule(Instant.EPOCH, every, PunctuationType.WALL_CLOCK_TIME, _ -> punctuate());
        }
    }

    /// Must be called when the task closes.
    void cancel() {
        if (running != null) {
            running.cancel();
            running = null;
        }
    }

    private void punctuate() {
        action.run();
        if (!needed.getAsBoolean()) {
            cancel();
        }
    }
}
