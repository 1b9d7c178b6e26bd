package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.metrics.Meters.HistoryRead;

/// Meters of archived matches, whose live state was dropped because ClickHouse has them.
public final class HistoryMeters {

    private final Counter archived;
    private final Map<HistoryRead, Timer> reads;

    HistoryMeters(MeterBook book) {
        archived = book.counter("matches.archived", "matches",
                "Matches whose live state was dropped because ClickHouse has them");
        reads = book.timers("history.read", MeterBook.millis(10, 25, 50, 100, 250, 500, 1000, 5000),
                "Reads of archived matches from ClickHouse, by outcome", "outcome")
                .each(HistoryRead.class, WireName::of);
    }

    /// `matches_archived_total`. A match that is archived again after a crash counts again.
    public void archived() {
        archived.increment();
    }

    /// `history_read_seconds{outcome}`.
    public void historyRead(HistoryRead outcome, Duration took) {
        requireNonNull(reads.get(outcome)).record(took);
    }
}
