package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
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
/// {@link Candidate}. An invalid record goes to `match-events-dead` with its bytes unchanged.
///
/// The step uses only the record's own timestamps, so the result is the same each time the record is processed.
final class Validation implements Processor<byte[], byte[], byte[], Object> {

    /// The accepted difference between the service's clock and the broker's. A header outside of it is ignored.
    static final Duration CLOCK_TOLERANCE = Duration.ofHours(2);

    private final EventCodec codec;
    private final Meters meters;
    private @Nullable ProcessorContext<byte[], Object> context;
    private @Nullable KeyValueStore<Bytes, byte[]> ledger;

    Validation(EventCodec codec, Meters meters) {
        this.codec = codec;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        this.context = context;
        this.ledger = context.getStateStore(StoreNames.LEDGER);
    }

    /// Updates the ledger after the record has passed all steps, or has failed in one.
    @Override
    public void process(Record<byte[], byte[]> record) {
        KeyValueStore<Bytes, byte[]> ledger = requireNonNull(this.ledger, "not initialised");
        RecordMetadata source = context().recordMetadata().orElseThrow();
        Bytes partition = StoreKeys.partition(source.partition());
        byte[] stored = ledger.get(partition);
        LedgerUpdate ledgerUpdate = new LedgerUpdate(stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored),
                source.offset());
        try {
            validate(record, source, ledgerUpdate);
        } finally {
            ledger.put(partition, ledgerUpdate.after().toBytes());
        }
    }

    private void validate(Record<byte[], byte[]> record, RecordMetadata source, LedgerUpdate ledgerUpdate) {
        long receivedAt = receivedAtMicros(record);
        // The later of the two times: an event that was not too far in the future at receipt must stay valid.
        long now = Math.max(record.timestamp(), TimeUnit.MICROSECONDS.toMillis(receivedAt));
        if (record.value() == null) {
            sendToDeadLetters(record, source, receivedAt, DeadReason.MALFORMED, "the record has no value");
            return;
        }
        switch (codec.decode(record.value(), Instant.ofEpochMilli(now),
                () -> EventIds.ofPlace(source.topic(), source.partition(), source.offset()))) {
            case Decoded.Invalid invalid -> sendToDeadLetters(record, source, receivedAt, reason(invalid),
                    Fault.inOneLine(invalid.faults()));
            case Decoded.Valid(MatchEvent event, _) when !hasKey(record, event) ->
                sendToDeadLetters(record, source, receivedAt, DeadReason.KEY_MISMATCH,
                        "the record's key must be the event's matchId");
            case Decoded.Valid(MatchEvent event, _) ->
                context().forward(record.withValue(new Candidate(event, receivedAt, ledgerUpdate)),
                        MatchTopology.DEDUPE);
        }
    }

    private void sendToDeadLetters(Record<byte[], byte[]> record, RecordMetadata source, long receivedAt,
            DeadReason reason, String detail) {
        meters.streams().processed(ProcessingOutcome.DEAD);
        meters.deadLetters().deadLetter(reason);
        RecordOrigin origin = new RecordOrigin(source.topic(), source.partition(), source.offset());
        Headers headers = DeadLetters.headers(record.headers(), record.key(), record.value(), origin, reason, detail);
        headers.remove(RecordHeaders.RECEIVED_AT);
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, receivedAt);
        context().forward(
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

    private ProcessorContext<byte[], Object> context() {
        return requireNonNull(context, "not initialised");
    }
}
