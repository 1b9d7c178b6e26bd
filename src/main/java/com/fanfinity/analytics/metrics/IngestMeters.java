package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import com.fanfinity.analytics.event.EventType;

/// Meters of ingest, from the request to Kafka's acknowledgement.
public final class IngestMeters {

    private record Produced(Counter events, Counter messages) {}

    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String FAILED = "failed";

    private final Map<EventType, Counter> ingested;
    private final MeterBook.Counters refused;
    private final MeterBook.Counters events;
    private final MeterBook.Counters messages;
    private final Map<String, Produced> produced = new ConcurrentHashMap<>();
    private final Timer latency;
    private final MeterBook.Gauges queue;
    private final MeterBook.Gauges inFlight;
    private final MeterBook.Gauges limit;
    private final MeterBook.Gauges inProgress;

    IngestMeters(MeterBook book) {
        ingested = book.counters("events.ingested", "events", "Events answered with 202", "event_type").each(
                EventType.class,
                EventType::wireName);
        refused = book.counters("ingest.refused", "requests",
                "Requests refused with 503 because of overload: no free permit (concurrency), or no room for "
                        + "the body in all (bytes) or for its sender (sender)",
                "reason");
        List.of("concurrency", "bytes", "sender").forEach(refused::of);
        events = book.counters("events.produced", "records", "Records given to the producer, by topic and outcome",
                "topic", "status");
        messages = book.counters("kafka.producer.messages", "records", "Records given to the producer, by outcome",
                "status");
        List.of(ACKNOWLEDGED, FAILED).forEach(messages::of);
        latency = book.timers("kafka.producer.latency", MeterBook.millis(1, 2, 5, 10, 25, 50, 100, 500, 1000, 5000),
                "Time from giving a record to the producer to its acknowledgement").of();
        queue = book.gauges("kafka.producer.queue.size", "records",
                "Events given to the producer that Kafka has not yet acknowledged");
        inFlight = book.gauges("ingest.in.flight.bytes", "bytes",
                "Bytes of request bodies in memory, twice while a body arrives, until Kafka's acknowledgement");
        limit = book.gauges("ingest.concurrency.limit", "permits",
                "Permits for concurrent ingest requests; the service adapts the number to their latency");
        inProgress = book.gauges("ingest.in.progress", "permits", "Permits held by ingest requests in progress");
    }

    /// `events_ingested_total{event_type}`.
    public void ingested(EventType type) {
        requireNonNull(ingested.get(type)).increment();
    }

    /// `ingest_refused_total{reason}`.
    ///
    /// @param reason `concurrency` (no free permit), `bytes` (no room for the body) or `sender` (too many bytes of its
    ///     sender)
    public void refused(String reason) {
        refused.of(reason).increment();
    }

    /// The outcome of one record: `events_produced_total{topic,status}`, `kafka_producer_messages_total{status}` and,
    /// if Kafka acknowledged it, `kafka_producer_latency_seconds`.
    public void produced(String topic, boolean acknowledged, long nanos) {
        String status = acknowledged ? ACKNOWLEDGED : FAILED;
        Produced series = produced.computeIfAbsent(topic + ' ' + status,
                _ -> new Produced(events.of(topic, status), messages.of(status)));
        series.events().increment();
        series.messages().increment();
        if (acknowledged) {
            latency.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /// `kafka_producer_queue_size`.
    public void producerQueue(AtomicLong size) {
        queue.of(size::get);
    }

    /// `ingest_in_flight_bytes`.
    public void inFlightBytes(AtomicLong bytes) {
        inFlight.of(bytes::get);
    }

    /// `ingest_concurrency_limit` and `ingest_in_progress`. A single event needs one permit; a batch needs one, and one
    /// more for each hundred events. The last permit of a batch may exceed the limit.
    public void concurrency(AtomicInteger permits, AtomicInteger held) {
        limit.of(permits::get);
        inProgress.of(held::get);
    }
}
