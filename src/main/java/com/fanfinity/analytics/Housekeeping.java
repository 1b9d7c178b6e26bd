package com.fanfinity.analytics;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.ledger.Reconciler;
import com.fanfinity.analytics.ops.Meters;
import com.fanfinity.analytics.pipeline.StreamsStatus;

/// What is done every second, and every hour, while the service runs: samples for the meters, and series given back.
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final StreamsStatus status;
    private final Reconciler reconciler;
    private final Meters meters;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("housekeeping").factory());

    Housekeeping(StreamsStatus status, Reconciler reconciler, Meters meters) {
        this.status = status;
        this.reconciler = reconciler;
        this.meters = meters;
    }

    void start() {
        var _ = scheduler.scheduleAtFixedRate(() -> attempt(status::sample), 1, 1, TimeUnit.SECONDS);
        var _ = scheduler.scheduleAtFixedRate(() -> attempt(reconciler::sample), 1, 1, TimeUnit.SECONDS);
        var _ = scheduler.scheduleAtFixedRate(meters::dropIdleMatches, 1, 1, TimeUnit.HOURS);
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
