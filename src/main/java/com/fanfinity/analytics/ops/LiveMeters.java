package com.fanfinity.analytics.ops;

import java.time.Duration;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

/// Viewers who are sent what changes.
final class LiveMeters {

    private final MeterBook.Gauges viewers;
    private final Counter refusals;
    private final MeterBook.Counters dropped;
    private final Timer updates;
    private final MeterBook.Gauges lag;

    LiveMeters(MeterBook book) {
        viewers = book.gauges("live.viewers", "viewers", "Open streams of live updates");
        refusals = book.counter("live.viewer.refusals", "viewers", "Viewers refused with 503 because there were too many");
        dropped = book.counters("live.viewers.dropped", "viewers", "Viewers whose stream the service ended, by reason", "reason");
        updates = book.timers("live.update", MeterBook.millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000),
                "From a state's publication by the topology to its being handed to the viewers").of();
        lag = book.gauges("live.lag.seconds", "seconds",
                "Age of the oldest publication that is not yet handed to the viewers, 0 if all are");
    }

    void viewers(Supplier<Number> open) {
        viewers.of(open);
    }

    void viewerRefused() {
        refusals.increment();
    }

    void viewerDropped(String reason) {
        dropped.of(reason).increment();
    }

    void liveUpdate(Duration took) {
        updates.record(took);
    }

    void liveLag(Supplier<Number> seconds) {
        lag.of(seconds);
    }
}
