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
        /// The service ended the stream.
        CLOSED
    }

    private final MeterBook.Gauges viewers;
    private final MeterBook.Gauges matches;
    private final MeterBook.Gauges lag;
    private final Map<StreamEnd, Counter> ended;
    private final Counter refused;
    private final Counter bytes;
    private final Counter writes;
    private final Counter evicted;
    private final Timer updates;

    LiveMeters(MeterBook book) {
        viewers = book.gauges("live.viewers", "viewers", "Open streams of live updates");
        matches = book.gauges("live.matches", "matches", "Matches that this instance follows for viewers");
        lag = book.gauges("live.lag.seconds", "seconds",
                "Seconds since the latest time up to which the instance has read every published record for viewers");
        ended = book.counters("live.streams.ended", "streams",
                "Live streams that ended, by reason: gone (the viewer left), slow (it did not read), "
                        + "closed (the service stops)",
                "reason")
                .each(StreamEnd.class, WireName::of);
        refused = book.counter("live.viewers.refused", "viewers",
                "Viewers refused with 503 because the instance had too many");
        bytes = book.counter("live.sent.bytes", "bytes", "Bytes of events written to viewers' connections");
        writes = book.counter("live.writes", "writes", "Writes to viewers' connections");
        evicted = book.counter("live.matches.evicted", "matches",
                "Matches that were dropped because the instance followed too many");
        updates = book.timers("live.update", MeterBook.millis(5, 10, 25, 50, 100, 150, 200, 250, 500, 1000, 5000),
                "Time from publishing a match's state to writing it to a group of its viewers").of();
    }

    /// `live_viewers`, `live_matches` and `live_lag_seconds`. The lag is NaN while it is unknown.
    public void gauges(Supplier<Number> openStreams, Supplier<Number> followedMatches, Supplier<Number> lagSeconds) {
        viewers.of(openStreams);
        matches.of(followedMatches);
        lag.of(lagSeconds);
    }

    /// `live_streams_ended_total{reason}`.
    public void ended(StreamEnd reason) {
        requireNonNull(ended.get(reason)).increment();
    }

    /// `live_viewers_refused_total`.
    public void refused() {
        refused.increment();
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

    /// `live_update_seconds`.
    ///
    /// @param nanos since the state was published
    public void updated(long nanos) {
        updates.record(nanos, TimeUnit.NANOSECONDS);
    }
}
