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

/// Taking events in, up to Kafka's acknowledgement.
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
        ingested = book.counters("events.ingested", "events", "Events answered with 202", "event_type").each(EventType.class,
                EventType::wireName);
        refused = book.counters("ingest.refused", "requests",
                "Requests refused with 503 because there is too much to do: no place (concurrency), no room for bodies (bytes)", "reason");
        List.of("concurrency", "bytes").forEach(refused::of);
        events = book.counters("events.produced", "records", "Records by what became of them", "topic", "status");
        messages = book.counters("kafka.producer.messages", "records", "Records given to the producer by what became of them", "status");
        List.of(ACKNOWLEDGED, FAILED).forEach(messages::of);
        latency = book.timers("kafka.producer.latency", MeterBook.millis(1, 2, 5, 10, 25, 50, 100, 500, 1000, 5000),
                "From giving a record to the producer to its acknowledgement").of();
        queue = book.gauges("kafka.producer.queue.size", "records", "Events given to the producer and not yet acknowledged");
        inFlight = book.gauges("ingest.in.flight.bytes", "bytes", "Bytes of request bodies that wait for Kafka");
        limit = book.gauges("ingest.concurrency.limit", "places",
                "Places for requests that may be taken in at once; learnt from how long they take");
        inProgress = book.gauges("ingest.in.progress", "places", "Places taken by requests being taken in");
    }

    /// `events_ingested_total{event_type}`: events answered with 202.
    public void ingested(EventType type) {
        requireNonNull(ingested.get(type)).increment();
    }

    /// `ingest_refused_total{reason}`: requests refused because there is too much to do.
    ///
    /// @param reason `concurrency` (no place) or `bytes` (no room for the body)
    public void refused(String reason) {
        refused.of(reason).increment();
    }

    /// `events_produced_total{topic,status}` and `kafka_producer_messages_total{status}`: what became of records given to the producer;
    /// and `kafka_producer_latency_seconds`: from giving a record to the producer to Kafka's acknowledgement or refusal.
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

    /// `kafka_producer_queue_size`: events given to the producer and not yet acknowledged.
    public void producerQueue(AtomicLong size) {
        queue.of(size::get);
    }

    /// `ingest_in_flight_bytes`: bytes of request bodies that wait for Kafka.
    public void inFlightBytes(AtomicLong bytes) {
        inFlight.of(bytes::get);
    }

    /// `ingest_concurrency_limit` and `ingest_in_progress`: places for requests that may be, and that are, taken in at once. A single
    /// event takes one place, a batch one and one more for each hundred events; its last place may lie beyond the limit.
    public void concurrency(AtomicInteger most, AtomicInteger taken) {
        limit.of(most::get);
        inProgress.of(taken::get);
    }
}
