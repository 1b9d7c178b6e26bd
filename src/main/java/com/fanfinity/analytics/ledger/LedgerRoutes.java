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

    private final LiveLedger live;
    private final Reconciler reconciler;

    public LedgerRoutes(LiveLedger live, Reconciler reconciler) {
        this.live = live;
        this.reconciler = reconciler;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/ledger", this::ledger);
    }

    private void ledger(Context ctx) {
        Optional<Reconciliation> last = reconciler.fresh(FRESH);
        SortedMap<Integer, Line> lines = new TreeMap<>();
        for (int i = 0; i < live.partitions(); i++) {
            int partition = i;
            Optional<Balance> balance = last.map(Reconciliation::partitions).flatMap(all -> Optional.ofNullable(all.get(partition)));
            live.entry(partition).ifPresent(entry -> lines.put(partition, Line.of(entry, balance)));
        }
        ctx.contentType("application/json").header("Cache-Control", "no-store").result(Json.object(json -> write(json, last, lines)));
    }

    private record Line(LedgerEntry entry, OptionalLong counted, Optional<Stored> stored) {

        static Line of(LedgerEntry entry, Optional<Balance> balance) {
            return new Line(entry, balance.map(Balance::counted).orElse(OptionalLong.empty()), balance.map(Balance::stored));
        }

        Line plus(Line other) {
            LedgerEntry sum = entry.plus(other.entry);
            OptionalLong allCounted = counted.isPresent() && other.counted.isPresent()
                    ? OptionalLong.of(counted.getAsLong() + other.counted.getAsLong())
                    : OptionalLong.empty();
            Optional<Stored> allStored = stored.isPresent() && other.stored.isPresent()
                    ? Optional.of(new Stored(stored.get().rows() + other.stored.get().rows(),
                            stored.get().parked() + other.stored.get().parked(), stored.get().highest() + other.stored.get().highest(),
                            stored.get().dead() + other.stored.get().dead()))
                    : Optional.empty();
            return new Line(sum, allCounted, allStored);
        }
    }

    private void write(JsonGenerator json, Optional<Reconciliation> last, SortedMap<Integer, Line> lines) throws IOException {
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
        Line none = new Line(LedgerEntry.NOTHING, OptionalLong.of(0), Optional.of(Stored.NOTHING));
        json.writeObjectFieldStart("totals");
        write(json, lines.values().stream().reduce(none, Line::plus));
        json.writeEndObject();
        json.writeArrayFieldStart("partitions");
        for (Map.Entry<Integer, Line> line : lines.entrySet()) {
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

    private static void write(JsonGenerator json, Line line) throws IOException {
        json.writeNumberField("received", line.entry().received());
        json.writeNumberField("accepted", line.entry().accepted());
        json.writeNumberField("duplicate", line.entry().duplicate());
        json.writeNumberField("dead", line.entry().dead());
        write(json, "counted", line.counted());
        Optional<Stored> stored = line.stored();
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
