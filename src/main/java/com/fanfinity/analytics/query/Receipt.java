package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The processing state of one event.
///
/// @param acceptedAt when Kafka received the event, if the topology has accepted it. The same transaction counts the
///     event, unless counting failed.
/// @param stored its row in ClickHouse
/// @param dead the dead letter of the event, or of another record with the same identity. If the event has a row, only
///     the letter that explains why it is not counted.
/// @param isCounted whether it is part of the totals of its match
/// @param clickHouseAnswered if false, `stored` and `dead` are unknown
record Receipt(Optional<Instant> acceptedAt, Optional<StoredRow> stored, Optional<ReceiptLetter> dead,
        boolean isCounted,
        boolean clickHouseAnswered) {

    /// @param storedAt empty for rows from versions without a ledger
    record StoredRow(Instant receivedAt, Optional<Instant> storedAt) {}

    /// @param id as in `GET /api/dead-letters`
    record ReceiptLetter(String id, String reason, String detail, Instant receivedAt, LetterEffect effect) {}

    /// The effect of a dead letter on its event.
    enum LetterEffect {
        /// The event was accepted, but counting failed: it is stored in ClickHouse and is not part of the totals.
        NOT_COUNTED,
        /// The event is part of the totals, but ClickHouse rejected its row.
        NOT_STORED,
        /// A record of the event was rejected before it was accepted.
        REJECTED
    }

    /// @param letters all dead letters that name the event, the newest first
    static Receipt of(Optional<Instant> acceptedAt, Optional<StoredRow> stored, List<ReceiptLetter> letters) {
        Optional<ReceiptLetter> parked = first(letters, LetterEffect.NOT_STORED);
        // A repeated event that could not be counted has another arrival time. It does not affect the accepted event.
        Optional<Instant> arrivedAt = stored.map(StoredRow::receivedAt).or(() -> parked.map(ReceiptLetter::receivedAt));
        Optional<ReceiptLetter> failed = first(
                letters.stream().filter(letter -> arrivedAt.isEmpty() || arrivedAt.get().equals(letter.receivedAt()))
                        .toList(),
                LetterEffect.NOT_COUNTED);
        boolean accepted = acceptedAt.isPresent() || stored.isPresent() || parked.isPresent();
        Optional<ReceiptLetter> other = stored.isPresent()
                ? Optional.empty()
                : parked.or(() -> letters.stream().findFirst());
        return new Receipt(acceptedAt, stored, failed.or(() -> other), accepted && failed.isEmpty(), true);
    }

    /// The receipt while ClickHouse does not respond.
    static Receipt withoutClickHouse(Optional<Instant> acceptedAt) {
        return new Receipt(acceptedAt, Optional.empty(), Optional.empty(), acceptedAt.isPresent(), false);
    }

    private static Optional<ReceiptLetter> first(List<ReceiptLetter> letters, LetterEffect effect) {
        return letters.stream().filter(letter -> letter.effect() == effect).findFirst();
    }

    boolean isKnown() {
        return isCounted || stored.isPresent() || dead.isPresent();
    }
}
