package com.fanfinity.analytics.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.pipeline.PoisonHandler;
import com.fanfinity.analytics.pipeline.SeenEvent;
import com.fanfinity.analytics.pipeline.StoreKeys;
import com.fanfinity.analytics.query.Receipt.ReceiptLetter;
import com.fanfinity.analytics.query.Receipt.LetterEffect;
import com.fanfinity.analytics.query.Receipt.StoredRow;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;

/// Finds what became of one event: in the identities that the topology knows, then in ClickHouse.
public final class Receipts {

    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

    /// Later than any bucket, also if the broker's clock is ahead.
    private static final Duration AHEAD = Duration.ofDays(1);

    /// Of one event: another producer may send the same wrong record over and over.
    private static final int MOST_LETTERS = 1_000;

    private final LocalStores stores;
    private final ClickHouse clickHouse;
    private final Clock clock;

    /// @param clickHouse of its own, with a timeout that a request can wait for
    public Receipts(LocalStores stores, ClickHouse clickHouse, Clock clock) {
        this.stores = stores;
        this.clickHouse = clickHouse;
        this.clock = clock;
    }

    /// When the event was accepted, if it was within the dedupe's window; unavailable if its partition cannot be read here.
    ReadResult<Optional<Instant>> accepted(String matchId, UUID eventId, Replica copy) {
        if (stores.partitions() == 0) {
            return new ReadResult.StateUnavailable<>();
        }
        try (WindowStoreIterator<byte[]> buckets = stores.seen(stores.partitionOf(matchId), copy).fetch(StoreKeys.event(matchId, eventId),
                Instant.EPOCH,
                clock.instant().plus(AHEAD))) {
            return new ReadResult.ReadValue<>(
                    buckets.hasNext() ? Optional.of(SeenEvent.ofBytes(buckets.next().value).arrivedAt()) : Optional.empty());
        } catch (InvalidStateStoreException _) {
            return new ReadResult.StateUnavailable<>();
        }
    }

    /// @param acceptedAt what is known already
    Receipt receipt(String matchId, UUID eventId, Optional<Instant> acceptedAt) {
        try {
            Optional<StoredRow> stored = storedRow(matchId, eventId);
            List<ReceiptLetter> letters = stored.isPresent() ? failedLetters(matchId, eventId, stored.get()) : letters(matchId, eventId, "");
            return Receipt.of(acceptedAt, stored, letters);
        } catch (SQLException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("ClickHouse cannot be asked for a receipt");
            return Receipt.withoutClickHouse(acceptedAt);
        }
    }

    private Optional<StoredRow> storedRow(String matchId, UUID eventId) throws SQLException {
        return clickHouse.query(
                "SELECT toUnixTimestamp64Micro(received_at), toUnixTimestamp64Milli(stored_at) FROM " + clickHouse.database()
                        + ".match_events WHERE match_id = ? AND event_id = toUUID(?) LIMIT 1",
                row -> new StoredRow(Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS),
                        Optional.of(row.getLong(2)).filter(millis -> millis > 0).map(Instant::ofEpochMilli)),
                matchId, eventId.toString()).stream().findFirst();
    }

    /// The letters that can say that a stored event is not counted: they came when it did.
    private List<ReceiptLetter> failedLetters(String matchId, UUID eventId, StoredRow stored) throws SQLException {
        return letters(matchId, eventId, " AND reason = ? AND received_at = fromUnixTimestamp64Micro(toInt64(?))",
                DeadReason.PROCESSING_FAILED.wireName(), ChronoUnit.MICROS.between(Instant.EPOCH, stored.receivedAt()));
    }

    /// Dead letters are few; what they hold is searched as text, since it may be anything. Only one that is the event itself, and does not
    /// just name it as a retraction does, can say that it was accepted.
    ///
    /// @param condition on the letter, with the parameters behind it
    private List<ReceiptLetter> letters(String matchId, UUID eventId, String condition, Object... parameters) throws SQLException {
        Object[] all = Stream.concat(
                Stream.of(eventId.toString(), matchId, eventId.toString(), matchId, '"' + matchId + '"'), Stream.of(parameters)).toArray();
        return clickHouse.query("SELECT kafka_topic, kafka_partition, kafka_offset, reason, detail, toUnixTimestamp64Micro(received_at),"
                + " lower(JSONExtractString(raw, 'eventId')) = ? AND JSONExtractString(raw, 'matchId') = ? FROM " + clickHouse.database()
                + ".dead_letters WHERE positionCaseInsensitive(raw, ?) > 0 AND (key = ? OR position(raw, ?) > 0)" + condition
                + " ORDER BY received_at DESC LIMIT " + MOST_LETTERS, Receipts::letter, all);
    }

    private static ReceiptLetter letter(ResultSet row) throws SQLException {
        String reason = row.getString(4);
        String detail = row.getString(5);
        return new ReceiptLetter(row.getString(1) + ':' + row.getInt(2) + ':' + row.getLong(3), reason, detail,
                Instant.EPOCH.plus(row.getLong(6), ChronoUnit.MICROS), row.getInt(7) == 1 ? kind(reason, detail) : LetterEffect.REFUSED);
    }

    private static LetterEffect kind(String reason, String detail) {
        if (reason.equals(DeadReason.UNSTORABLE.wireName())) {
            return LetterEffect.NOT_STORED;
        }
        return reason.equals(DeadReason.PROCESSING_FAILED.wireName()) && detail.equals(PoisonHandler.FAILED_IN_COUNTING)
                ? LetterEffect.NOT_COUNTED
                : LetterEffect.REFUSED;
    }
}
