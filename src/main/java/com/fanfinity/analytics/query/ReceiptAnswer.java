package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.JsonSize;
import com.fanfinity.analytics.query.Receipt.ReceiptLetter;
import com.fanfinity.analytics.query.Receipt.StoredRow;

/// `GET /api/matches/{matchId}/events/{eventId}`.
///
/// @param status `dead`, `counted` or `stored`
/// @param stored null if ClickHouse did not respond
record ReceiptAnswer(String matchId, UUID eventId, String status, @Nullable Instant receivedAt,
        @Nullable Instant acceptedAt,
        boolean counted, @Nullable Boolean stored, @Nullable Instant storedAt,
        @JsonInclude(Include.NON_NULL) @Nullable DeadEvent dead) {

    /// The most bytes of a text in JSON.
    private static final int MAX_TEXT = 1 << 10;

    /// Why the event is a dead letter. Long texts are shortened.
    record DeadEvent(String reason, String detail, Instant at, String deadLetterId) {

        static DeadEvent of(ReceiptLetter letter) {
            return new DeadEvent(JsonSize.shorten(letter.reason(), MAX_TEXT),
                    JsonSize.shorten(letter.detail(), MAX_TEXT), letter.receivedAt(), letter.id());
        }
    }

    static ReceiptAnswer of(String matchId, UUID eventId, Receipt receipt) {
        boolean stored = receipt.stored().isPresent();
        return new ReceiptAnswer(matchId, eventId, !receipt.isCounted() ? "dead" : stored ? "stored" : "counted",
                receipt.stored().map(StoredRow::receivedAt).or(() -> receipt.dead().map(ReceiptLetter::receivedAt))
                        .orElse(null),
                receipt.acceptedAt().orElse(null), receipt.isCounted(), receipt.clickHouseAnswered() ? stored : null,
                receipt.stored().flatMap(StoredRow::storedAt).orElse(null),
                receipt.dead().map(DeadEvent::of).orElse(null));
    }
}
