package com.fanfinity.analytics.ops;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// The meters of the live stream.
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

    private final MeterRegistry registry;
    private final Map<Left, Counter> left = new EnumMap<>(Left.class);
    private final Counter refused;
    private final Counter sent;
    private final Counter writes;
    private final Counter evicted;
    private final Timer update;

    public LiveMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Left reason : Left.values()) {
            left.put(reason, Counter.builder("live.viewers.dropped").description("Streams that ended, by why")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT)).register(registry));
        }
        refused = Counter.builder("live.viewer.refusals").description("Viewers refused because there are as many as may be")
                .register(registry);
        sent = Counter.builder("live.sent").baseUnit("bytes").description("Bytes of events given to viewers' connections")
                .register(registry);
        writes = Counter.builder("live.writes").description("Writes to viewers' connections").register(registry);
        evicted = Counter.builder("live.matches.evicted").description("Matches no longer followed because there were too many")
                .register(registry);
        update = Timer.builder("live.update").description("From the publication of a match's state to its being written to viewers")
                .serviceLevelObjectives(Arrays.stream(new long[]{10, 25, 50, 100, 150, 200, 250, 500, 1000, 5000})
                        .mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(registry);
    }

    /// `live_viewers`: open streams; `live_matches`: matches that are followed; `live_lag_seconds`: age of what is shown.
    public void gauges(IntSupplier viewers, IntSupplier matches, DoubleSupplier lagSeconds) {
        Gauge.builder("live.viewers", viewers::getAsInt).description("Open streams").register(registry);
        Gauge.builder("live.matches", matches::getAsInt).description("Matches that are followed").register(registry);
        Gauge.builder("live.lag", lagSeconds::getAsDouble).baseUnit("seconds")
                .description("How long ago all that was published then had been read").register(registry);
    }

    /// `live_viewers_dropped_total{reason}`: streams that ended.
    public void left(Left reason) {
        requireNonNull(left.get(reason)).increment();
    }

    /// `live_viewer_refusals_total`: viewers refused because there are as many as may be.
    public void refused() {
        refused.increment();
    }

    /// `live_sent_bytes_total` and `live_writes_total`: what was given to viewers' connections.
    public void sent(int bytes) {
        sent.increment(bytes);
        writes.increment();
    }

    /// `live_matches_evicted_total`: matches no longer followed because there were too many.
    public void evicted() {
        evicted.increment();
    }

    /// `live_update_seconds`: from the publication of a match's state to its being written to a part of the viewers.
    public void updated(long nanos) {
        update.record(nanos, TimeUnit.NANOSECONDS);
    }
}
