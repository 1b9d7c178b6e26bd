package com.fanfinity.analytics.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.ledger.LedgerAnswer.LedgerCounts;
import com.fanfinity.analytics.ledger.LedgerAnswer.PartitionLine;
import com.fanfinity.analytics.pipeline.LedgerEntry;

/// `GET /api/ledger`: received = accepted + duplicate + dead; accepted = counted; accepted = stored + in flight; as
/// totals and by partition.
///
/// The topology's counts are current. ClickHouse's counts are at most one second old; while ClickHouse does not
/// respond, they are as old as `reconciledAt`. If other instances own partitions, these are missing and `complete` is
/// false.
public final class LedgerRoutes implements Routes {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final LocalLedger live;
    private final Reconciler reconciler;

    public LedgerRoutes(LocalLedger live, Reconciler reconciler) {
        this.live = live;
        this.reconciler = reconciler;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/ledger", this::ledger, Access.OPS);
    }

    private void ledger(Context ctx) {
        Optional<Reconciliation> last = reconciler.refreshIfOlderThan(FRESH);
        SortedMap<Integer, LedgerLine> lines = new TreeMap<>();
        for (int i = 0; i < live.partitions(); i++) {
            int partition = i;
            Optional<PartitionBalance> balance = last.map(Reconciliation::partitions)
                    .flatMap(all -> Optional.ofNullable(all.get(partition)));
            live.entry(partition).ifPresent(entry -> lines.put(partition, LedgerLine.of(entry, balance)));
        }
        ctx.contentType("application/json").header("Cache-Control", "no-store")
                .result(Json.toBytes(answer(last, lines)));
    }

    private record LedgerLine(LedgerEntry entry, OptionalLong counted, Optional<StoredCounts> stored) {

        static LedgerLine of(LedgerEntry entry, Optional<PartitionBalance> balance) {
            return new LedgerLine(entry, balance.map(PartitionBalance::counted).orElse(OptionalLong.empty()),
                    balance.map(PartitionBalance::stored));
        }

        LedgerCounts counts() {
            return LedgerCounts.of(entry, counted, stored);
        }

        LedgerLine plus(LedgerLine other) {
            LedgerEntry sum = entry.plus(other.entry);
            OptionalLong allCounted = counted.isPresent() && other.counted.isPresent()
                    ? OptionalLong.of(counted.getAsLong() + other.counted.getAsLong())
                    : OptionalLong.empty();
            Optional<StoredCounts> allStored = stored.isPresent() && other.stored.isPresent()
                    ? Optional.of(new StoredCounts(stored.get().rows() + other.stored.get().rows(),
                            stored.get().parked() + other.stored.get().parked(),
                            stored.get().highest() + other.stored.get().highest(),
                            stored.get().dead() + other.stored.get().dead()))
                    : Optional.empty();
            return new LedgerLine(sum, allCounted, allStored);
        }
    }

    private LedgerAnswer answer(Optional<Reconciliation> last, SortedMap<Integer, LedgerLine> lines) {
        boolean complete = live.partitions() > 0 && lines.size() == live.partitions();
        List<Reconciliation.Discrepancy> discrepancies = last.map(Reconciliation::discrepancies).orElse(List.of());
        LedgerLine none = new LedgerLine(LedgerEntry.NOTHING, OptionalLong.of(0), Optional.of(StoredCounts.NOTHING));
        List<PartitionLine> partitions = lines.entrySet().stream()
                .map(line -> new PartitionLine(line.getKey(), line.getValue().counts())).toList();
        return new LedgerAnswer(status(last.isPresent(), discrepancies.isEmpty()), complete,
                last.map(Reconciliation::at).orElse(null),
                discrepancies, lines.values().stream().reduce(none, LedgerLine::plus).counts(), partitions);
    }

    private String status(boolean reconciled, boolean balanced) {
        if (!balanced) {
            return "discrepant";
        }
        return reconciled && !reconciler.isFailing() ? "balanced" : "unreconciled";
    }
}
