package com.fanfinity.analytics.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

/// The ledger and its comparison with ClickHouse.
public final class LedgerMeters {

    private final GaugeTable events;
    private final AtomicLong discrepancies = new AtomicLong();
    private final Timer reconciliation;
    private final Counter failures;

    LedgerMeters(MeterBook book) {
        events = new GaugeTable(book.gauges("ledger.events", "events",
                "Events of a partition by how far they have come: received, of these accepted, duplicate and dead; of the accepted counted,"
                        + " stored and in_flight; dead_stored are rows of dead_letters",
                "topic", "partition", "stage"));
        book.gauges("ledger.discrepancies", "findings",
                "What did not add up when the ledger was last compared with ClickHouse; must be 0").of(discrepancies::get);
        reconciliation = book.timers("ledger.reconciliation", MeterBook.millis(), "Time to compare the ledger with ClickHouse").of();
        failures = book.counter("ledger.reconciliation.failures", "times",
                "Times that the ledger could not be compared with ClickHouse");
    }

    /// `ledger_events{topic,partition,stage}`: events of a partition by how far they have come, from the first that the ledger saw:
    /// `received` = `accepted` + `duplicate` + `dead`, of the accepted `counted` are in the totals of matches, `stored` in ClickHouse and
    /// `in_flight` on the way there; `dead_stored` are rows of `dead_letters`.
    public void ledger(String topic, int partition, String stage, long number) {
        events.set((double) number, topic, Integer.toString(partition), stage);
    }

    /// The partition is another instance's now.
    public void ledgerUnknown(String topic, int partition) {
        events.remove(topic, Integer.toString(partition));
    }

    /// One comparison of the ledger with ClickHouse: `ledger_discrepancies`: things that did not add up the last time, which must be 0;
    /// `ledger_reconciliation_seconds`: how long it took.
    public void reconciled(int found, Duration took) {
        discrepancies.set(found);
        reconciliation.record(took);
    }

    /// `ledger_reconciliation_failures_total`: times that ClickHouse could not be asked.
    public void reconciliationFailed() {
        failures.increment();
    }
}
