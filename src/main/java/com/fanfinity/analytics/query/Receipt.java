package com.fanfinity.analytics.query;

import java.time.Instant;
import java.util.Optional;

/// What is known of one event.
///
/// @param acceptedAt when Kafka had it, if the topology has accepted it: from then on it is counted, both being one transaction
/// @param stored its row in ClickHouse
/// @param dead why it, or another record of the same identity, is a dead letter
/// @param historyKnown false if ClickHouse could not be asked, so that `stored` and `dead` say nothing
record Receipt(Optional<Instant> acceptedAt, Optional<StoredEvent> stored, Optional<DeadLetter> dead, boolean historyKnown) {

    /// @param storedAt empty for rows from before there was a ledger
    record StoredEvent(Instant receivedAt, Optional<Instant> storedAt) {}

    /// @param id as in `GET /api/dead-letters`
    record DeadLetter(String id, String reason, String detail, Instant receivedAt) {}

    boolean isCounted() {
        return acceptedAt.isPresent() || stored.isPresent();
    }

    boolean isKnown() {
        return isCounted() || dead.isPresent();
    }
}
