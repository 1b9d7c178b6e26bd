package com.fanfinity.analytics.live;

/// Decides when the metrics and minutes of a match are sent. Times are milliseconds of a monotonic clock. The channel's
/// lock guards it.
///
/// Metrics are sent as they are published, at most {@value #MAX_METRICS_PER_SECOND} in any second, which is the
/// contract. The topology already conflates them before it publishes them; a fixed interval here would double the
/// latency of an event.
final class UpdateSchedule {

    static final int MAX_METRICS_PER_SECOND = 4;

    /// The longest that minutes wait for the metrics that belong to them.
    static final long MINUTES_DELAY_MILLIS = 250;

    /// The longest that metrics wait for their minutes. Both come from different partitions within milliseconds, and
    /// one write is cheaper.
    static final long GRACE_MILLIS = 10;

    /// Earlier than any time, and far enough from the minimum that differences do not overflow.
    static final long LONG_AGO = Long.MIN_VALUE / 2;

    private long metricsSince;
    private long minutesSince;
    /// A ring of the latest send times.
    private final long[] metricsSentAt = new long[MAX_METRICS_PER_SECOND];
    private int metricsSent;

    /// The first metrics since the last update have arrived.
    void metricsArrived(long now) {
        metricsSince = now;
    }

    /// The first minute since the last update has arrived.
    void minutesArrived(long now) {
        minutesSince = now;
    }

    void metricsSent(long now) {
        metricsSentAt[metricsSent++ % MAX_METRICS_PER_SECOND] = now;
    }

    /// When waiting metrics are due.
    ///
    /// @param withMinutes whether their minutes have arrived
    long metricsDueAt(boolean withMinutes) {
        long rateLimit = metricsSent < MAX_METRICS_PER_SECOND
                ? LONG_AGO
                : metricsSentAt[metricsSent % MAX_METRICS_PER_SECOND] + 1_000;
        return Math.max(rateLimit, withMinutes ? LONG_AGO : metricsSince + GRACE_MILLIS);
    }

    /// When waiting minutes are due if no metrics are.
    long minutesDueAt() {
        return minutesSince + MINUTES_DELAY_MILLIS;
    }
}
