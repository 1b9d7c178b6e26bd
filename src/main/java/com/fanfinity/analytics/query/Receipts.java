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
import com.fanfinity.analytics.query.Receipt.LetterEffect;
import com.fanfinity.analytics.query.Receipt.ReceiptLetter;
import com.fanfinity.analytics.query.Receipt.StoredRow;
import com.fanfinity.analytics.streams.LocalStores;
import com.fanfinity.analytics.streams.Replica;

/// Finds the state of one event: in the topology's identity store, then in ClickHouse.
public final class Receipts {

    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

    /// The broker's clock may be ahead of this one.
    private static final Duration MAX_CLOCK_LEAD = Duration.ofDays(1);

    /// Another producer may send the same invalid record again and again.
    private static final int MAX_LETTERS = 1_000;

    private final LocalStores stores;
    private final ClickHouse clickHouse;
    private final Clock clock;

    /// @param clickHouse with a timeout short enough for a request
    public Receipts(LocalStores stores, ClickHouse clickHouse, Clock clock) {
        this.stores = stores;
        this.clickHouse = clickHouse;
        this.clock = clock;
    }

    /// When the event was accepted, if that was within the dedupe window.
    ReadResult<Optional<Instant>> accepted(String matchId, UUID eventId, Replica replica) {
        if (stores.partitions() == 0) {
            return new ReadResult.StateUnavailable<>();
        }
        try (WindowStoreIterator<byte[]> buckets = stores.seen(stores.partitionOf(matchId), replica)
                .fetch(StoreKeys.event(matchId, eventId), Instant.EPOCH, clock.instant().plus(MAX_CLOCK_LEAD))) {
            return new ReadResult.ReadValue<>(
                    buckets.hasNext()
                            ? Optional.of(SeenEvent.ofBytes(buckets.next().value).arrivedAt())
                            : Optional.empty());
        } catch (InvalidStateStoreException _) {
            return new ReadResult.StateUnavailable<>();
        }
    }

    /// @param acceptedAt as {@link #accepted} returned it
    Receipt receipt(String matchId, UUID eventId, Optional<Instant> acceptedAt) {
        try {
            Optional<StoredRow> stored = storedRow(matchId, eventId);
            List<ReceiptLetter> letters = stored.isPresent()
                    ? failedLetters(matchId, eventId, stored.get())
                    : letters(matchId, eventId, "");
            return Receipt.of(acceptedAt, stored, letters);
        } catch (SQLException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("ClickHouse returned no rows for a receipt");
            return Receipt.withoutClickHouse(acceptedAt);
        }
    }

    private Optional<StoredRow> storedRow(String matchId, UUID eventId) throws SQLException {
        return clickHouse.query(
                "SELECT toUnixTimestamp64Micro(received_at), toUnixTimestamp64Milli(stored_at) FROM "
                        + clickHouse.database()
                        + ".match_events WHERE match_id = ? AND event_id = toUUID(?) LIMIT 1",
                row -> new StoredRow(Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS),
                        Optional.of(row.getLong(2)).filter(millis -> millis > 0).map(Instant::ofEpochMilli)),
                matchId, eventId.toString()).stream().findFirst();
    }

    /// The letters that prove that a stored event is not counted: they have its arrival time.
    private List<ReceiptLetter> failedLetters(String matchId, UUID eventId, StoredRow stored) throws SQLException {
        return letters(matchId, eventId, " AND reason = ? AND received_at = fromUnixTimestamp64Micro(toInt64(?))",
                DeadReason.PROCESSING_FAILED.wireName(), ChronoUnit.MICROS.between(Instant.EPOCH, stored.receivedAt()));
    }

    /// The letters that hold the event. A letter of another event that only names it, such as a retraction, is not one.
    /// Long texts are cut: other producers may write any text to the topic.
    ///
    /// @param condition on the letter, followed by its parameters
    private List<ReceiptLetter> letters(String matchId, UUID eventId, String condition, Object... parameters)
            throws SQLException {
        Object[] all = Stream.concat(Stream.of(matchId, eventId.toString()), Stream.of(parameters)).toArray();
        return clickHouse.query(
                "SELECT kafka_topic, kafka_partition, kafka_offset, left(reason, 2000), left(detail, 2000), "
                        + "toUnixTimestamp64Micro(received_at) FROM " + clickHouse.database()
                        + ".dead_letters WHERE match_id = ? AND event_id = toUUID(?)" + condition
                        + " ORDER BY received_at DESC LIMIT " + MAX_LETTERS,
                Receipts::letter, all);
    }

    private static ReceiptLetter letter(ResultSet row) throws SQLException {
        String reason = row.getString(4);
        String detail = row.getString(5);
        return new ReceiptLetter(row.getString(1) + ':' + row.getInt(2) + ':' + row.getLong(3), reason, detail,
                Instant.EPOCH.plus(row.getLong(6), ChronoUnit.MICROS), effect(reason, detail));
    }

    private static LetterEffect effect(String reason, String detail) {
        if (reason.equals(DeadReason.UNSTORABLE.wireName())) {
            return LetterEffect.NOT_STORED;
        }
        return reason.equals(DeadReason.PROCESSING_FAILED.wireName()) && detail.equals(PoisonHandler.FAILED_IN_COUNTING)
                ? LetterEffect.NOT_COUNTED
                : LetterEffect.REJECTED;
    }
}
