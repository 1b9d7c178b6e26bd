package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.streams.KafkaStreams;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.metrics.Meters.Outcome;

/// The topology: what it processes, and how its threads and stores are.
public final class StreamsMeters {

    private final Map<Outcome, Counter> processed;
    private final Timer visible;
    private final GaugeTable states;
    private final GaugeTable threadStates;
    private final Counter threadFailures;
    private final Counter restored;
    private final MeterBook.Gauges restoreRemaining;

    StreamsMeters(MeterBook book) {
        processed = book.counters("events.processed", "records",
                "Records of match-events by what became of them; late is a part of accepted", "outcome")
                .each(Outcome.class, WireName::of);
        visible = book.timers("ingest.to.visible", MeterBook.millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000),
                "From receiving an event to its being part of the answers").of();
        states = new GaugeTable(book.gauges("kafka.streams.state", "1 or 0", "1 for the state that the streams are in", "state"));
        threadStates = new GaugeTable(book.gauges("kafka.streams.thread.state", "threads", "Stream threads in this state", "state"));
        threadFailures = book.counter("kafka.streams.thread.failures", "threads", "Stream threads that failed and were replaced");
        restored = book.counter("kafka.streams.restored.records", "records", "Records that active tasks have read from changelogs");
        restoreRemaining = book.gauges("kafka.streams.restore.remaining.records", "records",
                "Records of changelogs that active tasks have to read before they can go on");
    }

    /// `events_processed_total{outcome}`: records by what became of them. What is processed again after a crash counts again.
    public void processed(Outcome outcome) {
        requireNonNull(processed.get(outcome)).increment();
    }

    /// `ingest_to_visible_seconds`: from the service's receiving an event to its being part of the answers.
    public void visible(long micros) {
        visible.record(micros, TimeUnit.MICROSECONDS);
    }

    /// `kafka_streams_state{state}`: 1 for the state that the streams are in, 0 for the others; and
    /// `kafka_streams_thread_state{state}`: how many stream threads are in each state.
    public void streams(Map<KafkaStreams.State, Integer> now, Map<String, Integer> threads) {
        now.forEach((state, is) -> states.set(is, state.name()));
        threadStates.setOnly(threads);
    }

    /// `kafka_streams_restore_remaining_records`: records of changelogs that active tasks have to read before they can go on.
    public void restoreRemaining(Supplier<Number> records) {
        restoreRemaining.of(records);
    }

    /// `kafka_streams_restored_records_total`: records that active tasks have read from changelogs.
    public void restored(long records) {
        restored.increment((double) records);
    }

    /// `kafka_streams_thread_failures_total`: stream threads that failed and were replaced.
    public void streamThreadFailed() {
        threadFailures.increment();
    }
}
