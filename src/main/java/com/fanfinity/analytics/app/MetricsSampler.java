package com.fanfinity.analytics.app;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.metrics.Meters;

/// What is done every second, and every hour, while the service runs: samples for the meters, and series given back.
final class MetricsSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsSampler.class);

    private final List<Runnable> samples;
    private final Meters meters;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("housekeeping").factory());

    /// @param samples what is taken every second
    MetricsSampler(List<Runnable> samples, Meters meters) {
        this.samples = List.copyOf(samples);
        this.meters = meters;
    }

    void start() {
        samples.forEach(sample -> {
            var _ = scheduler.scheduleAtFixedRate(() -> attempt(sample), 1, 1, TimeUnit.SECONDS);
        });
        var _ = scheduler.scheduleAtFixedRate(meters.matches()::dropIdle, 1, 1, TimeUnit.HOURS);
    }

    private static void attempt(Runnable sample) {
        try {
            sample.run();
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("the state cannot be sampled now");
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
