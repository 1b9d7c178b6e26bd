package com.fanfinity.analytics.pipeline;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.metrics.StreamsMeters;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Accepted;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Duplicate;

/// Second step: accepts the first event of an identity. Every later one within the window is a duplicate.
///
/// Time is divided into buckets of one window each. An identity is written to the bucket of its arrival. A lookup reads
/// the current bucket and the previous one, two point reads, so an identity is known for one to two windows. The clock
/// is the partition's stream time, the latest arrival so far. It never steps back, even if the broker's clock does, and
/// no client can move it.
final class Dedupe implements Processor<byte[], Candidate, byte[], Object> {

    private final long bucketMillis;
    private final EventCodec codec;
    private final StreamsMeters meters;
    private @Nullable ProcessorContext<byte[], Object> context;
    private @Nullable WindowStore<Bytes, byte[]> seen;

    Dedupe(Duration window, EventCodec codec, StreamsMeters meters) {
        this.bucketMillis = window.toMillis();
        this.codec = codec;
        this.meters = meters;
    }

    /// How long the store must keep its entries.
    static Duration retention(Duration window) {
        return window.multipliedBy(2);
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        this.context = context;
        this.seen = context.getStateStore(StoreNames.SEEN);
    }

    @Override
    public void process(Record<byte[], Candidate> record) {
        ProcessorContext<byte[], Object> context = requireNonNull(this.context, "not initialised");
        WindowStore<Bytes, byte[]> seen = requireNonNull(this.seen, "not initialised");
        MatchEvent event = record.value().event();
        Bytes identity = StoreKeys.event(event.matchId(), event.eventId());
        long bucket = Math.floorDiv(context.currentStreamTimeMs(), bucketMillis) * bucketMillis;
        if (seen.fetch(identity, bucket) != null || seen.fetch(identity, bucket - bucketMillis) != null) {
            record.value().ledgerUpdate().recordDuplicate();
            meters.processed(ProcessingOutcome.DUPLICATE);
            context.forward(record.withValue(new Duplicate(event)), MatchTopology.AGGREGATE);
            return;
        }
        long number = record.value().ledgerUpdate().recordAccepted();
        seen.put(identity, SeenEvent.bytes(record.timestamp()), bucket);
        Accepted accepted = new Accepted(event, record.value().receivedAtMicros(), codec.encode(event));
        context.forward(
                new Record<>(record.key(), accepted.json(), record.timestamp(), origin(context, accepted, number)),
                MatchTopology.ACCEPTED);
        context.forward(record.withValue(accepted), MatchTopology.AGGREGATE);
    }

    private static Headers origin(ProcessorContext<byte[], Object> context, Accepted accepted, long number) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, accepted.receivedAtMicros());
        RecordMetadata source = context.recordMetadata().orElseThrow();
        RecordHeaders.put(headers, RecordHeaders.SOURCE_PARTITION, source.partition());
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, source.offset());
        RecordHeaders.put(headers, RecordHeaders.ACCEPTED_NUMBER, number);
        return headers;
    }
}
