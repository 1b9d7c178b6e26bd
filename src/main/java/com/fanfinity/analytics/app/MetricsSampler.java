package com.fanfinity.analytics.app;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.metrics.MatchMeters;

/// Samples meters every second and frees the series of idle matches every hour.
final class MetricsSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsSampler.class);

    private final List<Runnable> samples;
    private final MatchMeters matches;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("metrics-sampler").factory());

    /// @param samples run every second
    MetricsSampler(List<Runnable> samples, MatchMeters matches) {
        this.samples = List.copyOf(samples);
        this.matches = matches;
    }

    void start() {
        samples.forEach(sample -> {
            var _ = scheduler.scheduleAtFixedRate(() -> attempt(sample), 1, 1, TimeUnit.SECONDS);
        });
        var _ = scheduler.scheduleAtFixedRate(matches::dropIdle, 1, 1, TimeUnit.HOURS);
    }

    private static void attempt(Runnable sample) {
        try {
            sample.run();
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("cannot sample the state");
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
