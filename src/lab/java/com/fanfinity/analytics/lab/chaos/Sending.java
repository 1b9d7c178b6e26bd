package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.fanfinity.analytics.lab.verify.EventJson;

/// A request to send at a given time.
///
/// @param repeat whether all of its events already have a 202
/// @param attempts the number of earlier attempts
/// @param dueAt by [System#nanoTime()]
/// @param order the order of requests with the same time
record Sending(List<EventJson> events, boolean repeat, int attempts, long dueAt, long order) implements Delayed {

    private static final AtomicLong ORDER = new AtomicLong();

    static Sending now(List<EventJson> events) {
        return in(Duration.ZERO, events, false, 0);
    }

    static Sending repeat(Duration delay, EventJson event) {
        return in(delay, List.of(event), true, 0);
    }

    private static Sending in(Duration delay, List<EventJson> events, boolean repeat, int attempts) {
        return new Sending(List.copyOf(events), repeat, attempts, System.nanoTime() + delay.toNanos(),
                ORDER.incrementAndGet());
    }

    /// The remaining events, for another attempt.
    Sending again(Duration delay, List<EventJson> left) {
        return in(delay, left, repeat, attempts + 1);
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        Sending that = (Sending) other;
        int byTime = Long.signum(dueAt - that.dueAt);
        return byTime != 0 ? byTime : Long.compare(order, that.order);
    }
}
