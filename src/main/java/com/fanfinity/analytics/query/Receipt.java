package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is known of one event.
///
/// @param acceptedAt when Kafka had it, if the topology has accepted it: from then on it is counted, both being one transaction, unless the
///     step that counts has failed
/// @param stored its row in ClickHouse
/// @param dead why it, or another record of the same identity, is a dead letter; of one that has a row only why it is not counted
/// @param isCounted whether it is part of the totals of its match
/// @param historyKnown false if ClickHouse could not be asked, so that `stored` and `dead` say nothing
record Receipt(Optional<Instant> acceptedAt, Optional<StoredRow> stored, Optional<ReceiptLetter> dead, boolean isCounted,
        boolean clickHouseAnswered) {

    /// @param storedAt empty for rows from before there was a ledger
    record StoredRow(Instant receivedAt, Optional<Instant> storedAt) {}

    /// @param id as in `GET /api/dead-letters`
    /// @param kind what it says of the event
    record ReceiptLetter(String id, String reason, String detail, Instant receivedAt, LetterEffect kind) {}

    /// What a dead letter says of an event.
    enum LetterEffect {
        /// It was accepted, and then the step that counts failed: it goes to ClickHouse, but is not part of the totals.
        NOT_COUNTED,
        /// It is part of the totals, but ClickHouse refused its row.
        NOT_STORED,
        /// A record that names it was refused before it could be accepted.
        REFUSED
    }

    /// @param letters all that name the event, the newest first
    static Receipt of(Optional<Instant> acceptedAt, Optional<StoredRow> stored, List<ReceiptLetter> letters) {
        Optional<ReceiptLetter> parked = first(letters, LetterEffect.NOT_STORED);
        // A repeat of it that failed in being counted changes nothing: it has come at another time than the one that was accepted.
        Optional<Instant> came = stored.map(StoredRow::receivedAt).or(() -> parked.map(ReceiptLetter::receivedAt));
        Optional<ReceiptLetter> failed = first(
                letters.stream().filter(letter -> came.isEmpty() || came.get().equals(letter.receivedAt())).toList(), LetterEffect.NOT_COUNTED);
        boolean accepted = acceptedAt.isPresent() || stored.isPresent() || parked.isPresent();
        Optional<ReceiptLetter> other = stored.isPresent() ? Optional.empty() : parked.or(() -> letters.stream().findFirst());
        return new Receipt(acceptedAt, stored, failed.or(() -> other), accepted && failed.isEmpty(), true);
    }

    /// What can be said while ClickHouse cannot be asked.
    static Receipt withoutClickHouse(Optional<Instant> acceptedAt) {
        return new Receipt(acceptedAt, Optional.empty(), Optional.empty(), acceptedAt.isPresent(), false);
    }

    private static Optional<ReceiptLetter> first(List<ReceiptLetter> letters, LetterEffect kind) {
        return letters.stream().filter(letter -> letter.kind() == kind).findFirst();
    }

    boolean isKnown() {
        return isCounted || stored.isPresent() || dead.isPresent();
    }
}
