package com.fanfinity.analytics.query;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.query.ReadResult.ReadValue;
import com.fanfinity.analytics.query.ReadResult.StateUnavailable;
import com.fanfinity.analytics.streams.Replica;

/// Reads the receipt of one event.
///
/// Waits up to a second for an event that may have been acknowledged just now. The answer is 404 only if every earlier
/// event of the match is processed and ClickHouse does not have the event either; until that is certain, it is 503 with
/// `Retry-After`.
final class ReceiptReader {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Receipts receipts;
    private final MatchLookup lookup;

    ReceiptReader(Receipts receipts, MatchLookup lookup) {
        this.receipts = receipts;
        this.lookup = lookup;
    }

    /// A standby cannot prove that an event is unknown, but ClickHouse may have the event.
    ReadResult<byte[]> read(String matchId, UUID eventId, Replica replica) {
        ReadResult<Optional<Instant>> accepted = receipts.accepted(matchId, eventId, replica);
        boolean current = false;
        if (replica == Replica.ACTIVE && isUnknown(accepted)) {
            CatchUpRead<ReadResult<Optional<Instant>>> read = lookup.readUntilCaughtUp(matchId,
                    () -> receipts.accepted(matchId, eventId, replica), ReceiptReader::isUnknown);
            accepted = read.result();
            current = read.isCertain();
        }
        if (replica == Replica.ACTIVE && accepted instanceof StateUnavailable<Optional<Instant>>) {
            return new StateUnavailable<>();
        }
        Receipt receipt = receipts.receipt(matchId, eventId,
                accepted instanceof ReadValue<Optional<Instant>>(Optional<Instant> at) ? at : Optional.empty());
        if (receipt.isKnown()) {
            return new ReadValue<>(Json.toBytes(ReceiptAnswer.of(matchId, eventId, receipt)));
        }
        if (replica == Replica.STANDBY) {
            return new StateUnavailable<>();
        }
        throw new ProblemException(notFound(matchId, eventId, receipt, current));
    }

    private static boolean isUnknown(ReadResult<Optional<Instant>> accepted) {
        return accepted instanceof ReadValue<Optional<Instant>>(Optional<Instant> at) && at.isEmpty();
    }

    private static Problem notFound(String matchId, UUID eventId, Receipt receipt, boolean current) {
        if (!receipt.clickHouseAnswered()) {
            return Problem.unavailable("ClickHouse, which stores older events, does not respond.", RETRY_AFTER);
        }
        return current
                ? Problem.notFound("The match " + matchId + " has no event " + eventId + ".")
                : Problem.unavailable("Some events of this match are not processed yet; this event may be one of them.",
                        RETRY_AFTER);
    }
}
