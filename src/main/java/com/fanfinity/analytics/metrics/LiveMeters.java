package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import com.fanfinity.analytics.event.WireName;

/// Viewers who are sent what changes.
public final class LiveMeters {

    /// Why a viewer is no longer one.
    public enum Left {
        /// The connection is closed, by the viewer or by what is between.
        GONE,
        /// It did not take what was written to it.
        SLOW,
        /// The service ended it.
        CLOSED
    }

    private final MeterBook.Gauges viewers;
    private final MeterBook.Gauges matches;
    private final MeterBook.Gauges lag;
    private final Map<Left, Counter> left;
    private final Counter refusals;
    private final Counter bytes;
    private final Counter writes;
    private final Counter evicted;
    private final Timer updates;

    LiveMeters(MeterBook book) {
        viewers = book.gauges("live.viewers", "viewers", "Open streams of live updates");
        matches = book.gauges("live.matches", "matches", "Matches that are followed for viewers");
        lag = book.gauges("live.lag.seconds", "seconds", "How long ago everything published until then had been read for viewers");
        left = book.counters("live.viewers.dropped", "viewers",
                "Viewers whose stream ended: gone (they closed it), slow (they did not read), closed (the service stops)", "reason")
                .each(Left.class, WireName::of);
        refusals = book.counter("live.viewer.refusals", "viewers", "Viewers refused with 503 because there were too many");
        bytes = book.counter("live.sent.bytes", "bytes", "Bytes of events given to viewers' connections");
        writes = book.counter("live.writes", "writes", "Writes to viewers' connections");
        evicted = book.counter("live.matches.evicted", "matches", "Matches no longer followed because there were too many");
        updates = book.timers("live.update", MeterBook.millis(5, 10, 25, 50, 100, 150, 200, 250, 500, 1000, 5000),
                "From the publication of a match's state to its being written to a part of its viewers").of();
    }

    /// What there is now; lag is NaN while it is not known.
    public void gauges(Supplier<Number> openStreams, Supplier<Number> followedMatches, Supplier<Number> lagSeconds) {
        viewers.of(openStreams);
        matches.of(followedMatches);
        lag.of(lagSeconds);
    }

    /// A stream ended.
    public void left(Left reason) {
        requireNonNull(left.get(reason)).increment();
    }

    /// A viewer was refused because there are as many as may be.
    public void refused() {
        refusals.increment();
    }

    /// Something was given to a viewer's connection.
    public void sent(int length) {
        bytes.increment(length);
        writes.increment();
    }

    /// A match is no longer followed because there were too many.
    public void evicted() {
        evicted.increment();
    }

    /// A state was written to a part of its viewers.
    ///
    /// @param nanos since its publication
    public void updated(long nanos) {
        updates.record(nanos, TimeUnit.NANOSECONDS);
    }
}
