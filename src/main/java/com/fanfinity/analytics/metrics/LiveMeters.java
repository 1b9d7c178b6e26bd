package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import com.fanfinity.analytics.event.WireName;

/// Meters of the live streams and their viewers.
public final class LiveMeters {

    /// Why a live stream ended.
    public enum StreamEnd {
        /// The viewer, or a proxy in between, closed the connection.
        GONE,
        /// The viewer did not read its updates.
        SLOW,
        /// Too many bytes waited for all viewers, and this viewer was one of those that had waited longest.
        CROWDED,
        /// The service ended the stream.
        CLOSED
    }

    /// Why a live stream was refused.
    public enum StreamRefusal {
        /// The instance has too many viewers.
        INSTANCE,
        /// The address has too many streams.
        ADDRESS
    }

    private final MeterBook.Gauges viewers;
    private final MeterBook.Gauges pending;
    private final MeterBook.Gauges matches;
    private final MeterBook.Gauges lag;
    private final Map<StreamEnd, Counter> ended;
    private final Map<StreamRefusal, Counter> refused;
    private final Counter bytes;
    private final Counter writes;
    private final Counter evicted;
    private final Counter momentsDropped;
    private final Timer updates;

    LiveMeters(MeterBook book) {
        viewers = book.gauges("live.viewers", "viewers", "Open streams of live updates");
        pending = book.gauges("live.pending.bytes", "bytes",
                "Bytes of updates that wait for viewers; an update that waits for many viewers counts once");
        matches = book.gauges("live.matches", "matches", "Matches that this instance follows for viewers");
        lag = book.gauges("live.lag.seconds", "seconds",
                "Seconds since the latest time up to which the instance has read every published record for viewers");
        ended = book.counters("live.streams.ended", "streams",
                "Live streams that ended, by reason: gone (the viewer left), slow (it did not read), "
                        + "crowded (too many bytes waited for all viewers), closed (the service stops)",
                "reason")
                .each(StreamEnd.class, WireName::of);
        refused = book.counters("live.viewers.refused", "viewers",
                "Viewers refused, by reason: instance (it had too many, 503), address (it had too many, 429)", "reason")
                .each(StreamRefusal.class, WireName::of);
        bytes = book.counter("live.sent.bytes", "bytes", "Bytes of events written to viewers' connections");
        writes = book.counter("live.writes", "writes", "Writes to viewers' connections");
        evicted = book.counter("live.matches.evicted", "matches",
                "Matches that were dropped because the instance followed too many");
        momentsDropped = book.counter("live.moments.dropped", "matches",
                "Matches of which the kept key moments were dropped because those of all matches took too much memory");
        updates = book.timers("live.update", MeterBook.millis(5, 10, 25, 50, 100, 150, 200, 250, 500, 1000, 5000),
                "Time from publishing a match's state to writing it to a group of its viewers").of();
    }

    /// `live_viewers`, `live_pending_bytes`, `live_matches` and `live_lag_seconds`. The lag is NaN while it is unknown.
    public void gauges(Supplier<Number> openStreams, Supplier<Number> pendingBytes, Supplier<Number> followedMatches,
            Supplier<Number> lagSeconds) {
        viewers.of(openStreams);
        pending.of(pendingBytes);
        matches.of(followedMatches);
        lag.of(lagSeconds);
    }

    /// `live_streams_ended_total{reason}`.
    public void ended(StreamEnd reason) {
        requireNonNull(ended.get(reason)).increment();
    }

    /// `live_viewers_refused_total{reason}`.
    public void refused(StreamRefusal reason) {
        requireNonNull(refused.get(reason)).increment();
    }

    /// One write to a viewer's connection.
    public void sent(int length) {
        bytes.increment(length);
        writes.increment();
    }

    /// `live_matches_evicted_total`.
    public void evicted() {
        evicted.increment();
    }

    /// `live_moments_dropped_total`.
    public void momentsDropped() {
        momentsDropped.increment();
    }

    /// `live_update_seconds`.
    ///
    /// @param nanos since the state was published
    public void updated(long nanos) {
        updates.record(nanos, TimeUnit.NANOSECONDS);
    }
}
