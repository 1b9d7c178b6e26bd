package com.fanfinity.analytics.metrics;

import java.util.function.Supplier;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;

/// Meters of the reads whose number at a time is limited.
public final class ReadMeters {

    private final MeterBook.Gauges inProgress;
    private final MeterBook.Counters refused;

    ReadMeters(MeterBook book) {
        inProgress = book.gauges("reads.in.progress", "permits",
                "Permits held by reads: of lists at most 4, match (timelines, events, moments) 8, receipt 8, history 4 "
                        + "(ClickHouse; a large match takes several); of one address half of them. Other instances "
                        + "(caller peer) have their own",
                "kind", "caller");
        refused = book.counters("reads.refused", "requests",
                "Reads answered with 503 because no permit became free in time", "kind", "caller");
    }

    /// `reads_in_progress{kind,caller}`, and `reads_refused_total{kind,caller}` at 0.
    public void permits(ReadKind kind, ReadCaller caller, Supplier<Number> held) {
        inProgress.of(held, WireName.of(kind), WireName.of(caller));
        var _ = refused.of(WireName.of(kind), WireName.of(caller));
    }

    /// `reads_refused_total{kind,caller}`.
    public void refused(ReadKind kind, ReadCaller caller) {
        refused.of(WireName.of(kind), WireName.of(caller)).increment();
    }
}
