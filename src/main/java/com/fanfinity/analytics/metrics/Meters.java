package com.fanfinity.analytics.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.KafkaStreams;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventType;

/// Every meter of the service's own, as the stages call them; nothing else names a meter. What each is called and means is said where
/// it is made, in the class of its concern beside this one, and from there in `topology-docs/METRICS.md`.
///
/// Labels are bounded: topics, tables, partitions, event types, outcomes and route templates, never an id that a client makes.
public final class Meters {

    private final MeterRegistry registry;
    private final MeterBook book;
    private final HttpMeters http;
    private final IngestMeters ingest;
    private final StreamsMeters streams;
    private final MatchMeters matches;
    private final DeadLetterMeters deadLetters;
    private final HistoryMeters history;
    private final SinkMeters sink;
    private final LedgerMeters ledger;
    private final LiveMeters live;
    private final InstanceMeters instance;

    /// @param registry with no meters yet: names are made fit for Prometheus from here on
    public Meters(MeterRegistry registry) {
        this.registry = registry;
        LintedNames.apply(registry.config());
        book = new MeterBook(registry);
        http = new HttpMeters(book);
        ingest = new IngestMeters(book);
        streams = new StreamsMeters(book);
        matches = new MatchMeters(registry, book);
        deadLetters = new DeadLetterMeters(book);
        history = new HistoryMeters(book);
        sink = new SinkMeters(book);
        ledger = new LedgerMeters(book);
        live = new LiveMeters(book);
        instance = new InstanceMeters(book);
    }

    public MeterRegistry registry() {
        return registry;
    }

    /// All names, for the docs.
    public List<MeterBook.Entry> entries() {
        return book.entries();
    }

    // --- the instance

    /// `health_check_status{probe,check}`: what the health checks found.
    ///
    /// @param probe `ready` or `live`
    public void health(String probe, Map<String, Check> checks) {
        instance.health(probe, checks);
    }

    // --- HTTP

    /// One answered request: `http_requests_total{method,endpoint,status}`, `http_request_duration_seconds{method,endpoint}` and, if
    /// it was a problem, `http_errors_total{method,endpoint,error_type}`.
    ///
    /// @param endpoint the route's template
    /// @param problem the kind of problem, empty if there was none
    public void request(String method, String endpoint, int status, Duration took, String problem) {
        http.request(method, endpoint, status, took, problem);
    }

    // --- ingest

    /// `events_ingested_total{event_type}`: events answered with 202.
    public void ingested(EventType type) {
        ingest.ingested(type);
    }

    /// `events_produced_total{topic,status}` and `kafka_producer_messages_total{status}`: what became of records given to the producer;
    /// and `kafka_producer_latency_seconds`: from giving a record to the producer to Kafka's acknowledgement or refusal.
    public void produced(String topic, boolean acknowledged, long nanos) {
        ingest.produced(topic, acknowledged, nanos);
    }

    /// `kafka_producer_queue_size`: events given to the producer and not yet acknowledged.
    public void producerQueue(AtomicLong size) {
        ingest.producerQueue(size);
    }

    /// `ingest_in_flight_bytes`: bytes of request bodies that wait for Kafka.
    public void inFlightBytes(AtomicLong bytes) {
        ingest.inFlightBytes(bytes);
    }

    /// `ingest_concurrency_limit` and `ingest_in_progress`: places for requests that may be, and that are, taken in at once. A single
    /// event takes one place, a batch one and one more for each hundred events; its last place may lie beyond the limit.
    public void concurrency(AtomicInteger limit, AtomicInteger inProgress) {
        ingest.concurrency(limit, inProgress);
    }

    /// `peer_requests_total{outcome}`: reads that another instance was asked for.
    ///
    /// @param outcome `answered`, `unavailable` (it cannot say now), `no_answer`, `refused`, or `not_asked` (it is left alone for the
    ///     moment, or asked enough already)
    public void forwarded(String outcome) {
        instance.forwarded(outcome);
    }

    /// `ingest_refused_total{reason}`: requests refused because there is too much to do.
    ///
    /// @param reason `concurrency` (no place) or `bytes` (no room for the body)
    public void refused(String reason) {
        ingest.refused(reason);
    }

    /// `active_matches`: live matches whose state is on this instance.
    public void activeMatches(Supplier<Number> count) {
        matches.active(count);
    }

    /// `overdue_matches`: live matches of this instance that have been so for longer than any match takes.
    public void overdueMatches(Supplier<Number> count) {
        matches.overdue(count);
    }

    // --- the topology

    /// What became of a record of `match-events`. Every record is accepted, duplicate or dead; late is a part of accepted.
    public enum Outcome {
        ACCEPTED,
        DUPLICATE,
        DEAD,
        /// Accepted, though its minute lies before one that its match already has.
        LATE
    }

    /// `events_processed_total{outcome}`: records by what became of them. What is processed again after a crash counts again.
    public void processed(Outcome outcome) {
        streams.processed(outcome);
    }

    /// `dead_letters_total{reason}`: records that became dead letters, in the topology or (`unstorable`) in the sink. What is processed
    /// again after a crash counts again.
    public void deadLetter(DeadReason reason) {
        deadLetters.deadLetter(reason);
    }

    /// What became of a dead letter that was asked to be replayed.
    public enum Replay {
        /// Kafka has it again, under its match's key; whether it counts or is a duplicate is the topology's to say.
        REPLAYED,
        /// It had been replayed before.
        SKIPPED,
        /// It still breaks the rules.
        REFUSED,
        /// Kafka or ClickHouse did not answer in time; it may be asked for again.
        UNAVAILABLE,
        /// It cannot become an event: not whole, or its event was counted already.
        NOT_REPLAYABLE,
        NOT_FOUND;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// `dead_letters_replayed_total{outcome}`: dead letters asked to be replayed, by what became of it.
    public void replayed(Replay outcome) {
        deadLetters.replayed(outcome);
    }

    /// `ingest_to_visible_seconds`: from the service's receiving an event to its being part of the answers.
    public void visible(long micros) {
        streams.visible(micros);
    }

    /// `matches_archived_total`: matches whose live state was dropped because ClickHouse has all of them. What is processed again after a
    /// crash counts again.
    public void archived() {
        history.archived();
    }

    /// What became of an archived match's being read.
    public enum HistoryRead {
        FOUND,
        /// As many were being read as may be at once.
        BUSY,
        /// ClickHouse did not answer in time.
        UNAVAILABLE,
        /// ClickHouse lacks events that it had when the match was archived.
        INCOMPLETE,
        /// It has more events than are read.
        TOO_LARGE
    }

    /// `history_read_seconds{outcome}`: reads of archived matches from ClickHouse, by what became of them.
    public void historyRead(HistoryRead outcome, Duration took) {
        history.historyRead(outcome, took);
    }

    /// `match_events_total{match_id}`: accepted events of one match, see {@link MatchMeters}.
    public void matchEvent(String matchId, boolean ended) {
        matches.count(matchId, ended);
    }

    /// `kafka_streams_state{state}`: 1 for the state that the streams are in, 0 for the others; and
    /// `kafka_streams_thread_state{state}`: how many stream threads are in each state.
    public void streams(Map<KafkaStreams.State, Integer> states, Map<String, Integer> threads) {
        streams.streams(states, threads);
    }

    /// `kafka_streams_restore_remaining_records`: records of changelogs that active tasks have to read before they can go on.
    public void restoreRemaining(Supplier<Number> records) {
        streams.restoreRemaining(records);
    }

    /// `kafka_streams_restored_records_total`: records that active tasks have read from changelogs.
    public void restored(long records) {
        streams.restored(records);
    }

    /// `kafka_streams_thread_failures_total`: stream threads that failed and were replaced.
    public void streamThreadFailed() {
        streams.streamThreadFailed();
    }

    /// Lets matches that have gone quiet give their series back; to be called now and then.
    public void dropIdleMatches() {
        matches.dropIdle();
    }

    // --- the sink's consumer

    /// `kafka_consumer_messages_total{topic}`: records that the sink has read.
    public void consumed(String topic, int records) {
        sink.consumed(topic, records);
    }

    /// `kafka_consumer_batch_size`: records in one poll that was not empty.
    public void polled(int records) {
        sink.polled(records);
    }

    /// `kafka_consumer_commit_latency_seconds`: how long a commit of the sink's offsets took.
    public void committed(Duration took) {
        sink.committed(took);
    }

    /// `kafka_consumer_rebalance_total`: times that partitions were given to or taken from the sink.
    public void rebalanced() {
        sink.rebalanced();
    }

    /// `kafka_consumer_lag{topic,partition}`: records that the topology has not yet processed (`match-events`) or the sink
    /// has not yet stored in ClickHouse (the other topics).
    public void lag(String topic, int partition, long records) {
        sink.lag(topic, partition, records);
    }

    /// The partition is another instance's now: its lag is no longer known here.
    public void lagUnknown(String topic, int partition) {
        sink.lagUnknown(topic, partition);
    }

    /// `sink_lag_seconds{topic,partition}`: age of the oldest record that is not yet stored, 0 if all are.
    public void sinkLag(String topic, int partition, double seconds) {
        sink.sinkLag(topic, partition, seconds);
    }

    /// The partition is another instance's now.
    public void sinkLagUnknown(String topic, int partition) {
        sink.sinkLagUnknown(topic, partition);
    }

    // --- the ledger

    /// `ledger_events{topic,partition,stage}`: events of a partition by how far they have come, from the first that the ledger saw:
    /// `received` = `accepted` + `duplicate` + `dead`, of the accepted `counted` are in the totals of matches, `stored` in ClickHouse and
    /// `in_flight` on the way there; `dead_stored` are rows of `dead_letters`.
    public void ledger(String topic, int partition, String stage, long events) {
        ledger.ledger(topic, partition, stage, events);
    }

    /// The partition is another instance's now.
    public void ledgerUnknown(String topic, int partition) {
        ledger.ledgerUnknown(topic, partition);
    }

    /// One comparison of the ledger with ClickHouse: `ledger_discrepancies`: things that did not add up the last time, which must be 0;
    /// `ledger_reconciliation_seconds`: how long it took.
    public void reconciled(int found, Duration took) {
        ledger.reconciled(found, took);
    }

    /// `ledger_reconciliation_failures_total`: times that ClickHouse could not be asked.
    public void reconciliationFailed() {
        ledger.reconciliationFailed();
    }

    // --- ClickHouse

    /// The table is written by this instance: its counters begin at 0, so that the first failure shows as an increase.
    public void storing(String table) {
        sink.storing(table);
    }

    /// One insert that ClickHouse has acknowledged: `clickhouse_batch_duration_seconds{table}`, `clickhouse_batch_size{table}`,
    /// `clickhouse_rows_written_total{table}`.
    public void stored(String table, int rows, Duration took) {
        sink.stored(table, rows, took);
    }

    /// `clickhouse_batch_errors_total{table}`: inserts that failed or whose outcome is unknown; each is tried again.
    public void storeFailed(String table) {
        sink.storeFailed(table);
    }

    // --- viewers

    /// Those of the streams of updates.
    public LiveMeters live() {
        return live;
    }
}
