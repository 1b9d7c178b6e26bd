package com.fanfinity.analytics.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

/// Meters of the ledger and its comparison with ClickHouse.
public final class LedgerMeters {

    private final GaugeTable events;
    private final AtomicLong discrepancies = new AtomicLong();
    private final Timer reconciliation;
    private final Counter failures;

    LedgerMeters(MeterBook book) {
        events = new GaugeTable(book.gauges("ledger.events", "events",
                "Events of a partition by stage: received = accepted + duplicate + dead; of the accepted: "
                        + "counted in totals, stored in"
                        + " ClickHouse, in_flight to it; dead_stored: rows of dead_letters",
                "topic", "partition", "stage"));
        book.gauges("ledger.discrepancies", "findings",
                "Discrepancies between the ledger and ClickHouse at the last comparison; must be 0")
                .of(discrepancies::get);
        reconciliation = book
                .timers("ledger.reconciliation", MeterBook.millis(), "Time to compare the ledger with ClickHouse").of();
        failures = book.counter("ledger.reconciliation.failures", "times",
                "Comparisons that failed because ClickHouse could not be queried");
    }

    /// `ledger_events{topic,partition,stage}`: events of a partition since the ledger began. `received` = `accepted` +
    /// `duplicate` + `dead`. Of the accepted events, `counted` are in the totals of matches, `stored` in ClickHouse and
    /// `in_flight` on the way there. `dead_stored` are rows of `dead_letters`.
    public void ledger(String topic, int partition, String stage, long number) {
        events.set((double) number, topic, Integer.toString(partition), stage);
    }

    /// The partition moved to another instance.
    public void ledgerUnknown(String topic, int partition) {
        events.remove(topic, Integer.toString(partition));
    }

    /// One comparison of the ledger with ClickHouse: `ledger_discrepancies` and `ledger_reconciliation_seconds`.
    public void reconciled(int discrepanciesFound, Duration took) {
        discrepancies.set(discrepanciesFound);
        reconciliation.record(took);
    }

    /// `ledger_reconciliation_failures_total`.
    public void reconciliationFailed() {
        failures.increment();
    }
}
