package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.metrics.IngestMeters;

/// Writes events to `match-events`, and returns for each whether Kafka acknowledged it.
///
/// The caller's (virtual) thread waits for the acknowledgement; measured, that costs less than completing a future. One
/// deadline per request bounds every wait. The producer's buffer and the limit on bytes in flight bound the memory.
public final class EventPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);

    private static final Duration FAILING_FOR = Duration.ofSeconds(10);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Duration timeout;
    private final IngestMeters meters;
    private final AtomicLong queued = new AtomicLong();
    private volatile long failedAt;
    private volatile boolean failing;
    private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - TimeUnit.MINUTES.toNanos(1));

    /// @param timeout the longest time from the first send to the last acknowledgement
    public EventPublisher(Producer<byte[], byte[]> producer, String topic, Duration timeout, IngestMeters meters) {
        this.producer = requireNonNull(producer, "producer is null");
        this.topic = requireNonNull(topic, "topic is null");
        this.timeout = requireNonNull(timeout, "timeout is null");
        this.meters = requireNonNull(meters, "meters is null");
        meters.producerQueue(queued);
    }

    /// Writes the events and waits for their acknowledgements.
    ///
    /// @param receivedAtMicros when the request arrived, in microseconds since the epoch
    /// @return the outcome of each event, in order
    public List<PublishOutcome> publish(List<OutgoingEvent> events, long receivedAtMicros) throws InterruptedException {
        long started = System.nanoTime();
        queued.addAndGet(events.size());
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>(events.size());
            for (OutgoingEvent event : events) {
                boolean inTime = System.nanoTime() - started < sendingTime(timeout).toNanos();
                sent.add(inTime
                        ? send(event, receivedAtMicros)
                        : CompletableFuture.failedFuture(
                                new TimeoutException("the request ran out of time before this event was sent")));
            }
            List<PublishOutcome> outcomes = new ArrayList<>(events.size());
            for (Future<RecordMetadata> acknowledgement : sent) {
                boolean acknowledged = await(acknowledgement, timeout.toNanos() - (System.nanoTime() - started));
                meters.produced(topic, acknowledged, System.nanoTime() - started);
                outcomes.add(acknowledged ? PublishOutcome.ACKNOWLEDGED : PublishOutcome.NOT_ACKNOWLEDGED);
            }
            return outcomes;
        } finally {
            queued.addAndGet(-events.size());
        }
    }

    /// One send may block for this long, and no send starts after this long. Together they fit into the timeout for any
    /// number of events.
    private static Duration sendingTime(Duration timeout) {
        return timeout.dividedBy(2);
    }

    private Future<RecordMetadata> send(OutgoingEvent outgoing, long receivedAtMicros) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, outgoing.event().matchId().getBytes(UTF_8),
                outgoing.json());
        RecordHeaders.put(record.headers(), RecordHeaders.RECEIVED_AT, receivedAtMicros);
        RecordHeaders.putProducer(record.headers(), outgoing.producer());
        try {
            return producer.send(record);
        } catch (KafkaException | IllegalStateException e) { // IllegalStateException: the producer is closed
            return CompletableFuture.failedFuture(e);
        }
    }

    /// Whether the last write failed, and did so recently. It expires, because an instance that reports failure gets no
    /// more requests that could clear it.
    public boolean isFailing() {
        return failing && System.nanoTime() - failedAt < FAILING_FOR.toNanos();
    }

    private boolean await(Future<RecordMetadata> acknowledgement, long nanos) throws InterruptedException {
        try {
            acknowledgement.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            failing = false;
            return true;
        } catch (ExecutionException e) {
            failed(e);
            return false;
        } catch (TimeoutException e) {
            failed(e);
            return false;
        }
    }

    /// Logs one line per 10 s, because every request fails while Kafka is unreachable.
    private void failed(Throwable failure) {
        failedAt = System.nanoTime();
        failing = true;
        long now = System.nanoTime();
        long last = lastLogged.get();
        if (now - last > TimeUnit.SECONDS.toNanos(10) && lastLogged.compareAndSet(last, now)) {
            LOG.atWarn().addKeyValue("topic", topic).addKeyValue("cause", failure.toString())
                    .log("Kafka did not acknowledge events; further failures are counted and logged every 10 s");
        }
    }

    /// Sends the buffered records, then closes the producer.
    @Override
    public void close() {
        close(timeout);
    }

    public void close(Duration limit) {
        producer.close(limit);
    }
}
