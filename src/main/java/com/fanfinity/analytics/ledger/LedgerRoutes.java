package com.fanfinity.analytics.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.pipeline.LedgerEntry;

/// `GET /api/ledger`: received = accepted + duplicate + dead; accepted = counted; accepted = stored + in flight; in all and by partition.
///
/// What the topology says is of this moment; what ClickHouse says is a second old at most, or, while it is away, as old as `reconciledAt`
/// tells. Partitions of other instances are missing, and `complete` is then false.
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
        routes.get("/api/ledger", this::ledger);
    }

    private void ledger(Context ctx) {
        Optional<Reconciliation> last = reconciler.refreshIfOlderThan(FRESH);
        SortedMap<Integer, LedgerLine> lines = new TreeMap<>();
        for (int i = 0; i < live.partitions(); i++) {
            int partition = i;
            Optional<PartitionBalance> balance = last.map(Reconciliation::partitions).flatMap(all -> Optional.ofNullable(all.get(partition)));
            live.entry(partition).ifPresent(entry -> lines.put(partition, LedgerLine.of(entry, balance)));
        }
        ctx.contentType("application/json").header("Cache-Control", "no-store").result(Json.object(json -> write(json, last, lines)));
    }

    private record LedgerLine(LedgerEntry entry, OptionalLong counted, Optional<StoredCounts> stored) {

        static LedgerLine of(LedgerEntry entry, Optional<PartitionBalance> balance) {
            return new LedgerLine(entry, balance.map(PartitionBalance::counted).orElse(OptionalLong.empty()), balance.map(PartitionBalance::stored));
        }

        LedgerLine plus(LedgerLine other) {
            LedgerEntry sum = entry.plus(other.entry);
            OptionalLong allCounted = counted.isPresent() && other.counted.isPresent()
                    ? OptionalLong.of(counted.getAsLong() + other.counted.getAsLong())
                    : OptionalLong.empty();
            Optional<StoredCounts> allStored = stored.isPresent() && other.stored.isPresent()
                    ? Optional.of(new StoredCounts(stored.get().rows() + other.stored.get().rows(),
                            stored.get().parked() + other.stored.get().parked(), stored.get().highest() + other.stored.get().highest(),
                            stored.get().dead() + other.stored.get().dead()))
                    : Optional.empty();
            return new LedgerLine(sum, allCounted, allStored);
        }
    }

    private void write(JsonGenerator json, Optional<Reconciliation> last, SortedMap<Integer, LedgerLine> lines) throws IOException {
        boolean complete = live.partitions() > 0 && lines.size() == live.partitions();
        List<Reconciliation.Discrepancy> discrepancies = last.map(Reconciliation::discrepancies).orElse(List.of());
        json.writeStringField("status", status(last.isPresent(), discrepancies.isEmpty()));
        json.writeBooleanField("complete", complete);
        if (last.isPresent()) {
            json.writeStringField("reconciledAt", Timestamps.format(last.get().at()));
        } else {
            json.writeNullField("reconciledAt");
        }
        json.writeArrayFieldStart("discrepancies");
        for (Reconciliation.Discrepancy one : discrepancies) {
            json.writeStartObject();
            json.writeNumberField("partition", one.partition());
            json.writeStringField("detail", one.detail());
            json.writeEndObject();
        }
        json.writeEndArray();
        LedgerLine none = new LedgerLine(LedgerEntry.NOTHING, OptionalLong.of(0), Optional.of(StoredCounts.NOTHING));
        json.writeObjectFieldStart("totals");
        write(json, lines.values().stream().reduce(none, LedgerLine::plus));
        json.writeEndObject();
        json.writeArrayFieldStart("partitions");
        for (Map.Entry<Integer, LedgerLine> line : lines.entrySet()) {
            json.writeStartObject();
            json.writeNumberField("partition", line.getKey());
            write(json, line.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private String status(boolean reconciled, boolean balanced) {
        if (!balanced) {
            return "discrepant";
        }
        return reconciled && !reconciler.isFailing() ? "balanced" : "unreconciled";
    }

    private static void write(JsonGenerator json, LedgerLine line) throws IOException {
        json.writeNumberField("received", line.entry().received());
        json.writeNumberField("accepted", line.entry().accepted());
        json.writeNumberField("duplicate", line.entry().duplicate());
        json.writeNumberField("dead", line.entry().dead());
        write(json, "counted", line.counted());
        Optional<StoredCounts> stored = line.stored();
        write(json, "stored", stored.isEmpty() ? OptionalLong.empty() : OptionalLong.of(stored.get().rows()));
        write(json, "parked", stored.isEmpty() ? OptionalLong.empty() : OptionalLong.of(stored.get().parked()));
        write(json, "inFlight", stored.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, line.entry().accepted() - stored.get().highest())));
        write(json, "deadStored", stored.isEmpty() ? OptionalLong.empty() : OptionalLong.of(stored.get().dead()));
    }

    private static void write(JsonGenerator json, String field, OptionalLong number) throws IOException {
        if (number.isPresent()) {
            json.writeNumberField(field, number.getAsLong());
        } else {
            json.writeNullField(field);
        }
    }
}
