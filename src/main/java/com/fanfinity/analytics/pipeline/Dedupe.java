package com.fanfinity.analytics.pipeline;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalLong;

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
/// Time is divided into buckets of {@link #BUCKET}. An identity is written to the bucket of its arrival. A lookup reads
/// the current bucket and every earlier one that overlaps the window: two point reads for a window of up to 48 hours,
/// and one more for each further 48 hours. The clock is the partition's stream time, the latest arrival so far. It
/// never steps back, even if the broker's clock does, and no client can move it.
final class Dedupe implements Processor<byte[], Candidate, byte[], Object> {

    /// The length of a bucket, and of a segment of the store. It does not depend on the window and must never change,
    /// because a known identity is found only in a bucket with the same start.
    static final Duration BUCKET = Duration.ofHours(48);

    private final long windowMillis;
    private final EventCodec codec;
    private final StreamsMeters meters;
    private @Nullable ProcessorContext<byte[], Object> context;
    private @Nullable WindowStore<Bytes, byte[]> seen;

    Dedupe(Duration window, EventCodec codec, StreamsMeters meters) {
        this.windowMillis = window.toMillis();
        this.codec = codec;
        this.meters = meters;
    }

    /// How long the store keeps its entries: the oldest bucket that a lookup reads begins less than a bucket before the
    /// window.
    static Duration retention(Duration window) {
        return window.plus(BUCKET);
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
        Candidate candidate = record.value();
        long now = context.currentStreamTimeMs();
        Known known = new Known(seen, bucketOf(now - windowMillis), bucketOf(now));
        MatchEvent event = identified(candidate, record.timestamp(), known);
        if (known.firstArrival(event).isPresent()) {
            candidate.ledgerUpdate().recordDuplicate();
            meters.processed(ProcessingOutcome.DUPLICATE);
            context.forward(record.withValue(new Duplicate(event)), MatchTopology.AGGREGATE);
            return;
        }
        // The encoding can fail, so it comes first. A failure after the identity is stored would lose the event: each
        // repeat of it would count as a duplicate.
        Accepted accepted = new Accepted(event, candidate.receivedAtMicros(), codec.encode(event));
        long number = candidate.ledgerUpdate().recordAccepted();
        seen.put(identity(event), SeenEvent.bytes(record.timestamp()), bucketOf(now));
        context.forward(
                new Record<>(record.key(), accepted.json(), record.timestamp(),
                        origin(context, accepted, number, RecordHeaders.producer(record.headers()))),
                MatchTopology.ACCEPTED);
        context.forward(record.withValue(accepted), MatchTopology.AGGREGATE);
    }

    /// An event without an identity has that of its place. If an earlier record has it already, from before the topic
    /// was created again or its log was cut, the event has its second identity. A record that is read again has the
    /// same timestamp as before; one whose dead letter was replayed has an earlier one than the replay.
    private static MatchEvent identified(Candidate candidate, long arrivedAt, Known known) {
        MatchEvent event = candidate.event();
        if (candidate.secondId().isEmpty()) {
            return event;
        }
        MatchEvent second = event.withId(candidate.secondId().get());
        OptionalLong first = known.firstArrival(event);
        boolean isOther = known.firstArrival(second).isPresent()
                || (first.isPresent() && first.getAsLong() < arrivedAt);
        return isOther ? second : event;
    }

    private static Bytes identity(MatchEvent event) {
        return StoreKeys.event(event.matchId(), event.eventId());
    }

    /// The known identities of the window.
    ///
    /// @param oldest the first bucket
    /// @param newest the last bucket
    private record Known(WindowStore<Bytes, byte[]> seen, long oldest, long newest) {

        /// When the first event of the identity arrived, by its newest acceptance; empty if the identity is not known.
        OptionalLong firstArrival(MatchEvent event) {
            Bytes identity = identity(event);
            for (long bucket = newest; bucket >= oldest; bucket -= BUCKET.toMillis()) {
                byte[] found = seen.fetch(identity, bucket);
                if (found != null) {
                    return OptionalLong.of(SeenEvent.ofBytes(found).arrivedAt().toEpochMilli());
                }
            }
            return OptionalLong.empty();
        }
    }

    private static long bucketOf(long millis) {
        return millis - Math.floorMod(millis, BUCKET.toMillis());
    }

    private static Headers origin(ProcessorContext<byte[], Object> context, Accepted accepted, long number,
            String producer) {
        Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, accepted.receivedAtMicros());
        RecordMetadata source = context.recordMetadata().orElseThrow();
        RecordHeaders.put(headers, RecordHeaders.SOURCE_PARTITION, source.partition());
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, source.offset());
        RecordHeaders.put(headers, RecordHeaders.ACCEPTED_NUMBER, number);
        RecordHeaders.putProducer(headers, producer);
        return headers;
    }
}
