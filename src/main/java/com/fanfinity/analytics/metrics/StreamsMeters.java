package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.streams.KafkaStreams;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;

/// Meters of the topology, its stream threads and its stores.
public final class StreamsMeters {

    private final Map<ProcessingOutcome, Counter> processed;
    private final Counter rereadSkipped;
    private final Counter leftOut;
    private final Timer visible;
    private final GaugeTable states;
    private final GaugeTable threadStates;
    private final Counter threadFailures;
    private final Counter restored;
    private final MeterBook.Gauges restoreRemaining;
    private final Counter endOffsetReads;

    StreamsMeters(MeterBook book) {
        processed = book.counters("events.processed", "records",
                "Records of match-events, by outcome; late records are also accepted", "outcome")
                .each(ProcessingOutcome.class, WireName::of);
        leftOut = book.counter("records.left.out", "offsets",
                "Offsets that the source left out when it began after the next record to process: the group's offsets "
                        + "were set forward, or the state is older. Some may have no record");
        rereadSkipped = book.counter("records.reread", "records",
                "Records of match-events that were read again and skipped, because the state already contains them");
        visible = book.timers("ingest.to.visible", MeterBook.millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000),
                "Time from receiving an event until reads return it").of();
        states = new GaugeTable(book.gauges("kafka.streams.state", "1 or 0",
                "1 for the current state of Kafka Streams, 0 for the others", "state"));
        threadStates = new GaugeTable(
                book.gauges("kafka.streams.thread.state", "threads", "Stream threads by state", "state"));
        threadFailures = book.counter("kafka.streams.thread.failures", "threads",
                "Stream threads that failed and were replaced");
        restored = book.counter("kafka.streams.restored.records", "records",
                "Changelog records that active tasks have restored");
        restoreRemaining = book.gauges("kafka.streams.restore.remaining.records", "records",
                "Changelog records that active tasks must still restore before they process events");
        endOffsetReads = book.counter("end.offset.reads", "requests",
                "Requests for the end offsets of match-events: five per second, and at most 50 if reads need them");
    }

    /// `events_processed_total{outcome}`. Records that are processed again after a crash count again.
    public void processed(ProcessingOutcome outcome) {
        requireNonNull(processed.get(outcome)).increment();
    }

    /// `records_left_out_total`: not part of the ledger until the source reads them.
    public void recordsLeftOut(long offsets) {
        leftOut.increment((double) offsets);
    }

    /// `records_reread_total`: not part of `events_processed_total` and of the ledger.
    public void rereadSkipped() {
        rereadSkipped.increment();
    }

    /// `ingest_to_visible_seconds`.
    public void visible(long micros) {
        visible.record(micros, TimeUnit.MICROSECONDS);
    }

    /// `kafka_streams_state{state}` and `kafka_streams_thread_state{state}`.
    public void streams(Map<KafkaStreams.State, Integer> values, Map<String, Integer> threads) {
        values.forEach((state, value) -> states.set(value, state.name()));
        threadStates.setAll(threads);
    }

    /// `kafka_streams_restore_remaining_records`.
    public void restoreRemaining(Supplier<Number> records) {
        restoreRemaining.of(records);
    }

    /// `kafka_streams_restored_records_total`.
    public void restored(long records) {
        restored.increment((double) records);
    }

    /// `end_offset_reads_total`.
    public void endOffsetsRead() {
        endOffsetReads.increment();
    }

    /// `kafka_streams_thread_failures_total`.
    public void streamThreadFailed() {
        threadFailures.increment();
    }
}
