package com.fanfinity.analytics.query;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.query.ReadResult.ArchivedMatch;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.query.ReadResult.UnknownMatch;
import com.fanfinity.analytics.streams.Replica;

/// `GET /api/matches/{matchId}/events/{eventId}`: an event's own receipt.
///
/// An event that has just been answered with 202 is waited for a moment. 404 is answered only when all that came before has been
/// processed and ClickHouse does not have it either; while that cannot be said, 503 with `Retry-After`.
public final class ReceiptRoutes implements Routes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Receipts receipts;
    private final ReadRouter reads;
    private final Predicate<String> current;

    /// @param reads whom else to ask, if anybody
    /// @param current waits for a moment until the state of a match has all that was acknowledged by now, and says whether it has
    public ReceiptRoutes(Receipts receipts, ReadRouter reads, Predicate<String> current) {
        this.receipts = receipts;
        this.reads = reads;
        this.current = current;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/matches/{matchId}/events/{eventId}", this::receipt);
    }

    private void receipt(Context ctx) {
        String matchId = ReadParameters.matchId(ctx);
        UUID eventId = EventIds.parse(ctx.pathParam("eventId"))
                .orElseThrow(() -> new ProblemException(Problem.badParameter("eventId", "must be a UUID of 36 characters")));
        reads.answer(ctx, matchId, copy -> receipt(matchId, eventId, copy));
    }

    /// A standby's state is no reason to say that there is no such event; ClickHouse may have it all the same.
    private ReadResult<byte[]> receipt(String matchId, UUID eventId, Replica copy) {
        ReadResult<Optional<Instant>> accepted = receipts.accepted(matchId, eventId, copy);
        boolean sure = false;
        if (copy == Replica.ACTIVE && accepted instanceof ReadValue<Optional<Instant>>(Optional<Instant> at) && at.isEmpty()) {
            sure = current.test(matchId);
            accepted = receipts.accepted(matchId, eventId, copy);
        }
        if (copy == Replica.ACTIVE && accepted instanceof StateUnavailable<Optional<Instant>>) {
            return new StateUnavailable<>();
        }
        Receipt receipt = receipts.receipt(matchId, eventId, switch (accepted) {
            case ReadValue<Optional<Instant>>(Optional<Instant> at) -> at;
            case UnknownMatch<Optional<Instant>>(),ArchivedMatch<Optional<Instant>>(_, _),StateUnavailable<Optional<Instant>>() -> Optional.empty();
        });
        if (receipt.isKnown()) {
            return new ReadValue<>(Json.object(json -> write(json, matchId, eventId, receipt)));
        }
        if (copy == Replica.STANDBY) {
            return new StateUnavailable<>();
        }
        throw new ProblemException(absent(matchId, eventId, receipt, sure));
    }

    private static Problem absent(String matchId, UUID eventId, Receipt receipt, boolean sure) {
        if (!receipt.clickHouseAnswered()) {
            return Problem.unavailable("ClickHouse, which knows older events, does not answer.", RETRY_AFTER);
        }
        return sure
                ? Problem.notFound("No event " + eventId + " of the match " + matchId + " is known.")
                : Problem.unavailable("Events of this match wait to be processed, this one perhaps among them.", RETRY_AFTER);
    }

    private static void write(JsonGenerator json, String matchId, UUID eventId, Receipt receipt) throws IOException {
        json.writeStringField("matchId", matchId);
        json.writeStringField("eventId", eventId.toString());
        json.writeStringField("status", !receipt.isCounted() ? "dead" : receipt.stored().isPresent() ? "stored" : "counted");
        write(json, "receivedAt",
                receipt.stored().map(Receipt.StoredRow::receivedAt).or(() -> receipt.dead().map(Receipt.ReceiptLetter::receivedAt)));
        write(json, "acceptedAt", receipt.acceptedAt());
        json.writeBooleanField("counted", receipt.isCounted());
        if (receipt.clickHouseAnswered()) {
            json.writeBooleanField("stored", receipt.stored().isPresent());
        } else {
            json.writeNullField("stored");
        }
        write(json, "storedAt", receipt.stored().flatMap(Receipt.StoredRow::storedAt));
        if (receipt.dead().isPresent()) {
            json.writeObjectFieldStart("dead");
            json.writeStringField("reason", receipt.dead().get().reason());
            json.writeStringField("detail", receipt.dead().get().detail());
            json.writeStringField("at", Timestamps.format(receipt.dead().get().receivedAt()));
            json.writeStringField("deadLetterId", receipt.dead().get().id());
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, String field, Optional<Instant> time) throws IOException {
        if (time.isPresent()) {
            json.writeStringField(field, Timestamps.format(time.get()));
        } else {
            json.writeNullField(field);
        }
    }
}
