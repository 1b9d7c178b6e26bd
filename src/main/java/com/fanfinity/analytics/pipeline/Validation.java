package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.pipeline.DeadLetters.RecordOrigin;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;

/// First step: validates each record, independent of its producer. A valid event continues to {@link Dedupe} as a
/// {@link Candidate}. An invalid record goes to `match-events-dead` with its bytes unchanged. A record that was already
/// processed is skipped ({@link RereadGuard}).
///
/// The step uses only the record's own timestamps and no setting, so the result is the same each time the record is
/// processed, and on every instance.
final class Validation implements Processor<byte[], byte[], byte[], Object> {

    /// The accepted difference between the service's clock and the broker's. A header outside of it is ignored.
    static final Duration CLOCK_TOLERANCE = Duration.ofHours(2);

    private final EventCodec codec;
    private final SourceTopic topic;
    private final Meters meters;
    private @Nullable ValidationTask task;

    /// The parts that exist only between `init` and `close`.
    private record ValidationTask(ProcessorContext<byte[], Object> context, KeyValueStore<Bytes, byte[]> ledger,
            RereadGuard rereads, PartitionCheck partitions) {}

    /// @param codec must accept every event that an ingest instance can have accepted
    Validation(EventCodec codec, SourceTopic topic, Meters meters) {
        this.codec = codec;
        this.topic = topic;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        task = new ValidationTask(context, context.getStateStore(StoreNames.LEDGER),
                new RereadGuard(topic, meters.streams()::recordsLeftOut),
                new PartitionCheck(topic));
    }

    /// Updates the ledger after the record has passed all steps, or has failed in one.
    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = task().context().recordMetadata().orElseThrow();
        Bytes partition = StoreKeys.partition(source.partition());
        byte[] stored = task().ledger().get(partition);
        LedgerEntry before = stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored);
        OptionalInt leaderEpoch = leaderEpoch(record);
        boolean reread = task().rereads().claim(before, source.partition(), source.offset(), leaderEpoch);
        if (reread && before.isInRange(source.offset())) {
            meters.streams().rereadSkipped();
            return;
        }
        LedgerUpdate ledgerUpdate = new LedgerUpdate(reread
                ? task().rereads().recover(before, source.offset())
                : task().rereads().advance(before, source.partition(), source.offset(), leaderEpoch));
        try {
            validate(record, source, ledgerUpdate);
        } finally {
            task().ledger().put(partition, ledgerUpdate.after().toBytes());
        }
    }

    private static OptionalInt leaderEpoch(Record<byte[], byte[]> record) {
        OptionalLong epoch = RecordHeaders.number(record.headers(), RecordHeaders.LEADER_EPOCH);
        return epoch.isPresent() ? OptionalInt.of(Math.toIntExact(epoch.getAsLong())) : OptionalInt.empty();
    }

    private void validate(Record<byte[], byte[]> record, RecordMetadata source, LedgerUpdate ledgerUpdate) {
        long receivedAt = receivedAtMicros(record);
        if (record.value() == null) {
            sendToDeadLetters(record, source, receivedAt, DeadReason.MALFORMED, "the record has no value");
            return;
        }
        switch (codec.decode(record.value(), Instant.ofEpochMilli(record.timestamp()),
                () -> EventIds.ofPlace(source.topic(), source.partition(), source.offset()))) {
            case Decoded.Invalid invalid -> sendToDeadLetters(record, source, receivedAt, reason(invalid),
                    Fault.inOneLine(invalid.faults()));
            case Decoded.Valid(MatchEvent event, _) when !hasKey(record, event) ->
                sendToDeadLetters(record, source, receivedAt, DeadReason.KEY_MISMATCH,
                        "the record's key must be the event's matchId");
            case Decoded.Valid(MatchEvent event, _) when isMisplaced(event, source) ->
                sendToDeadLetters(record, source, receivedAt, DeadReason.WRONG_PARTITION,
                        "the default partitioner (murmur2) chooses the partition %d for this key, not %d".formatted(
                                task().partitions().home(event.matchId()), source.partition()));
            case Decoded.Valid(MatchEvent event, boolean idGiven) ->
                task().context().forward(
                        record.withValue(new Candidate(event, receivedAt, ledgerUpdate,
                                idGiven ? Optional.empty() : secondId(record, source))),
                        MatchTopology.DEDUPE);
        }
    }

    /// None if another reading would give the record another time: it would then be another event each time.
    private static Optional<UUID> secondId(Record<byte[], byte[]> record, RecordMetadata source) {
        return record.headers().lastHeader(RecordHeaders.UNSTABLE_TIME) == null
                ? Optional.of(EventIds.ofPlace(source.topic(), source.partition(), source.offset(), record.timestamp()))
                : Optional.empty();
    }

    private boolean isMisplaced(MatchEvent event, RecordMetadata source) {
        boolean misplaced = task().partitions().home(event.matchId()) != source.partition();
        if (misplaced) {
            task().partitions().requireUnchanged(task().context().currentSystemTimeMs());
        }
        return misplaced;
    }

    private void sendToDeadLetters(Record<byte[], byte[]> record, RecordMetadata source, long receivedAt,
            DeadReason reason, String detail) {
        meters.streams().processed(ProcessingOutcome.DEAD);
        meters.deadLetters().deadLetter(reason);
        RecordOrigin origin = new RecordOrigin(source.topic(), source.partition(), source.offset());
        Headers headers = DeadLetters.headers(record.headers(), record.key(), record.value(), origin, reason, detail);
        headers.remove(RecordHeaders.RECEIVED_AT);
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, receivedAt);
        task().context().forward(
                new Record<>(DeadLetters.truncate(record.key()), DeadLetters.truncate(record.value()),
                        record.timestamp(), headers),
                MatchTopology.DEAD);
    }

    private static boolean hasKey(Record<byte[], byte[]> record, MatchEvent event) {
        return record.key() != null && Arrays.equals(record.key(), event.matchId().getBytes(UTF_8));
    }

    private static long receivedAtMicros(Record<byte[], byte[]> record) {
        long arrived = TimeUnit.MILLISECONDS.toMicros(record.timestamp());
        OptionalLong header = RecordHeaders.number(record.headers(), RecordHeaders.RECEIVED_AT);
        long tolerance = TimeUnit.MILLISECONDS.toMicros(CLOCK_TOLERANCE.toMillis());
        return header.isPresent() && Math.abs(header.getAsLong() - arrived) <= tolerance ? header.getAsLong() : arrived;
    }

    private static DeadReason reason(Decoded.Invalid invalid) {
        boolean whole = invalid.faults().stream().anyMatch(fault -> fault.field().equals(Fault.WHOLE));
        return whole ? DeadReason.MALFORMED : DeadReason.INVALID;
    }

    private ValidationTask task() {
        return requireNonNull(task, "not initialised");
    }
}
