package com.fanfinity.analytics.ops;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventType;

/// Every meter of the service's own, with its name, labels and meaning. The stages call; nothing else names a meter.
///
/// Labels are bounded: topics, tables, partitions, event types, outcomes and route templates, never an id that a client makes.
public final class Meters {

    private final MeterRegistry registry;

    private final GaugeTable lags;
    private final GaugeTable sinkLags;
    private final GaugeTable ledger;
    private final AtomicLong discrepancies = new AtomicLong();
    private final Timer reconciliation;
    private final Counter reconciliationFailures;
    private final Map<Outcome, Counter> processed = new EnumMap<>(Outcome.class);
    private final Map<DeadReason, Counter> deadLetters = new EnumMap<>(DeadReason.class);
    private final Map<Replay, Counter> replays = new EnumMap<>(Replay.class);
    private final Map<Request, Series> requests = new ConcurrentHashMap<>();
    private final Map<String, Produced> produced = new ConcurrentHashMap<>();
    private final Counter[] ingested = new Counter[EventType.CODES];
    private final Map<String, Counter> refused = new ConcurrentHashMap<>();
    private final Map<String, Counter> forwarded = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> streamsState = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> threadStates = new ConcurrentHashMap<>();
    private final Counter threadFailures;
    private final Counter restored;
    private final Timer producerLatency;
    private final Timer visible;
    private final MatchMeters matches;
    private final Counter archived;
    private final Map<HistoryRead, Timer> historyReads = new EnumMap<>(HistoryRead.class);

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            processed.put(outcome,
                    Counter.builder("events.processed")
                            .description("Records of match-events by what became of them; late is a part of accepted")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(registry));
        }
        for (EventType type : EventType.values()) {
            ingested[type.code()] = Counter.builder("events.ingested").description("Events answered with 202")
                    .tag("event_type", type.wireName())
                    .register(registry);
        }
        for (DeadReason reason : DeadReason.values()) {
            deadLetters.put(reason, Counter.builder("dead.letters").description("Records that became dead letters, by reason")
                    .tag("reason", reason.wireName()).register(registry));
        }
        for (Replay outcome : Replay.values()) {
            replays.put(outcome,
                    Counter.builder("dead.letters.replayed").description("Dead letters asked to be replayed, by what became of it")
                            .tag("outcome", outcome.wireName()).register(registry));
        }
        restored = Counter.builder("kafka.streams.restored").baseUnit("records")
                .description("Records that active tasks have read from changelogs").register(registry);
        threadFailures = Counter.builder("kafka.streams.thread.failures").description("Stream threads that failed and were replaced")
                .register(registry);
        producerLatency = Timer.builder("kafka.producer.latency").description("From giving a record to the producer to its acknowledgement")
                .serviceLevelObjectives(millis(1, 2, 5, 10, 25, 50, 100, 500, 1000, 5000)).register(registry);
        visible = Timer.builder("ingest.to.visible").description("From receiving an event to its being part of the answers")
                .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000)).register(registry);
        matches = new MatchMeters(registry);
        archived = Counter.builder("matches.archived").description("Matches whose live state was dropped because ClickHouse has them")
                .register(registry);
        for (HistoryRead outcome : HistoryRead.values()) {
            historyReads.put(outcome, Timer.builder("history.read").description("Reads of archived matches from ClickHouse, by outcome")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .serviceLevelObjectives(millis(10, 25, 50, 100, 250, 500, 1000, 5000)).register(registry));
        }
        lags = new GaugeTable(registry, "kafka.consumer.lag", "",
                "Records not yet processed by the topology (match-events) or not yet stored by the sink (the others)");
        sinkLags = new GaugeTable(registry, "sink.lag", "seconds", "Age of the oldest record that is not yet stored, 0 if all are");
        ledger = new GaugeTable(registry, "ledger.events", "", "Events of a partition by how far they have come");
        Gauge.builder("ledger.discrepancies", discrepancies, AtomicLong::get)
                .description("What did not add up when the ledger was last compared with ClickHouse; must be 0").register(registry);
        reconciliation = Timer.builder("ledger.reconciliation").description("Time to compare the ledger with ClickHouse")
                .register(registry);
        reconciliationFailures = Counter.builder("ledger.reconciliation.failures")
                .description("Times that the ledger could not be compared with ClickHouse").register(registry);
    }

    private static Duration[] millis(long... millis) {
        return Arrays.stream(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    public MeterRegistry registry() {
        return registry;
    }

    // --- HTTP

    /// One answered request: `http_requests_total{method,endpoint,status}`, `http_request_duration_seconds{method,endpoint}` and, if
    /// it was a problem, `http_errors_total{method,endpoint,error_type}`.
    ///
    /// @param endpoint the route's template
    /// @param problem the kind of problem, empty if there was none
    public void request(String method, String endpoint, int status, Duration took, String problem) {
        Series series = requests.computeIfAbsent(new Request(method, endpoint, status, problem), this::series);
        series.count().increment();
        series.duration().record(took);
        if (series.errors() != null) {
            series.errors().increment();
        }
    }

    private record Request(String method, String endpoint, int status, String problem) {}

    private record Series(Counter count, Timer duration, @Nullable Counter errors) {}

    private Series series(Request request) {
        Tags tags = Tags.of("method", request.method(), "endpoint", request.endpoint());
        Counter count = Counter.builder("http.requests").description("Requests answered").tags(tags)
                .tag("status", Integer.toString(request.status())).register(registry);
        Timer duration = Timer.builder("http.request.duration").description("Time from a request's arrival to its answer").tags(tags)
                .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 200, 500, 1000)).register(registry);
        Counter errors = request.problem().isEmpty()
                ? null
                : Counter.builder("http.errors").description("Requests answered with a problem").tags(tags)
                        .tag("error_type", request.problem()).register(registry);
        return new Series(count, duration, errors);
    }

    // --- ingest

    /// `events_ingested_total{event_type}`: events answered with 202.
    public void ingested(EventType type) {
        ingested[type.code()].increment();
    }

    /// `events_produced_total{topic,status}` and `kafka_producer_messages_total{status}`: what became of records given to the producer;
    /// and `kafka_producer_latency_seconds`: from giving a record to the producer to Kafka's acknowledgement or refusal.
    public void produced(String topic, boolean acknowledged, long nanos) {
        String status = acknowledged ? "acknowledged" : "failed";
        Produced series = produced.computeIfAbsent(topic + ' ' + status, _ -> new Produced(
                Counter.builder("events.produced").description("Records by what became of them").tags("topic", topic, "status", status)
                        .register(registry),
                Counter.builder("kafka.producer.messages").description("Records given to the producer by what became of them")
                        .tag("status", status).register(registry)));
        series.events().increment();
        series.messages().increment();
        if (acknowledged) {
            producerLatency.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private record Produced(Counter events, Counter messages) {}

    /// `kafka_producer_queue_size`: events given to the producer and not yet acknowledged.
    public void producerQueue(AtomicLong size) {
        Gauge.builder("kafka.producer.queue.size", size, AtomicLong::get)
                .description("Events given to the producer and not yet acknowledged")
                .register(registry);
    }

    /// `ingest_in_flight_bytes`: bytes of request bodies that wait for Kafka.
    public void inFlightBytes(AtomicLong bytes) {
        Gauge.builder("ingest.in.flight", bytes, AtomicLong::get).baseUnit("bytes")
                .description("Bytes of request bodies that wait for Kafka")
                .register(registry);
    }

    /// `ingest_concurrency_limit` and `ingest_in_progress`: places for requests that may be, and that are, taken in at once. A single
    /// event takes one place, a batch one and one more for each hundred events; its last place may lie beyond the limit.
    public void concurrency(AtomicInteger limit, AtomicInteger inProgress) {
        Gauge.builder("ingest.concurrency.limit", limit, AtomicInteger::get)
                .description("Places for requests that may be taken in at once; learnt from how long they take").register(registry);
        Gauge.builder("ingest.in.progress", inProgress, AtomicInteger::get).description("Places taken by requests being taken in")
                .register(registry);
    }

    /// `peer_requests_total{outcome}`: reads that another instance was asked for.
    ///
    /// @param outcome `answered`, `unavailable` (it cannot say now), `no_answer`, `refused`, or `not_asked` (it is left alone for the
    ///     moment, or asked enough already)
    public void forwarded(String outcome) {
        forwarded.computeIfAbsent(outcome, name -> Counter.builder("peer.requests")
                .description("Reads that another instance was asked for, by what became of it").tag("outcome", name).register(registry))
                .increment();
    }

    /// `ingest_refused_total{reason}`: requests refused because there is too much to do.
    ///
    /// @param reason `concurrency` (no place) or `bytes` (no room for the body)
    public void refused(String reason) {
        refused.computeIfAbsent(reason, name -> Counter.builder("ingest.refused")
                .description(
                        "Requests refused with 503 because there is too much to do: no place (concurrency), no room for bodies (bytes)")
                .tag("reason", name).register(registry)).increment();
    }

    /// `active_matches`: live matches whose state is on this instance.
    public void activeMatches(Supplier<Number> count) {
        Gauge.builder("active.matches", count).description("Live matches whose state is on this instance").register(registry);
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
        requireNonNull(processed.get(outcome)).increment();
    }

    /// `dead_letters_total{reason}`: records that became dead letters, in the topology or (`unstorable`) in the sink. What is processed
    /// again after a crash counts again.
    public void deadLetter(DeadReason reason) {
        requireNonNull(deadLetters.get(reason)).increment();
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
        requireNonNull(replays.get(outcome)).increment();
    }

    /// `ingest_to_visible_seconds`: from the service's receiving an event to its being part of the answers.
    public void visible(long micros) {
        visible.record(micros, TimeUnit.MICROSECONDS);
    }

    /// `matches_archived_total`: matches whose live state was dropped because ClickHouse has all of them. What is processed again after a
    /// crash counts again.
    public void archived() {
        archived.increment();
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
        requireNonNull(historyReads.get(outcome)).record(took);
    }

    /// `match_events_total{match_id}`: accepted events of one match, see {@link MatchMeters}.
    public void matchEvent(String matchId, boolean ended) {
        matches.count(matchId, ended);
    }

    /// `kafka_streams_state{state}`: 1 for the state that the streams are in, 0 for the others; and
    /// `kafka_streams_thread_state{state}`: how many stream threads are in each state.
    public void streams(Map<KafkaStreams.State, Integer> states, Map<String, Integer> threads) {
        states.forEach((state, is) -> streamsState.computeIfAbsent(state.name(),
                name -> gauge("kafka.streams.state", "1 for the state that the streams are in", "state", name)).set(is));
        threads.keySet().forEach(state -> threadStates.computeIfAbsent(state,
                name -> gauge("kafka.streams.thread.state", "Stream threads in this state", "state", name)));
        threadStates.forEach((state, gauge) -> gauge.set(threads.getOrDefault(state, 0)));
    }

    /// `kafka_streams_restore_remaining_records`: records of changelogs that active tasks have to read before they can go on.
    public void restoreRemaining(Supplier<Number> records) {
        Gauge.builder("kafka.streams.restore.remaining", records).baseUnit("records")
                .description("Records of changelogs that active tasks have to read before they can go on").register(registry);
    }

    /// `kafka_streams_restored_records_total`: records that active tasks have read from changelogs.
    public void restored(long records) {
        restored.increment((double) records);
    }

    /// `kafka_streams_thread_failures_total`: stream threads that failed and were replaced.
    public void streamThreadFailed() {
        threadFailures.increment();
    }

    private AtomicLong gauge(String name, String description, String label, String value) {
        AtomicLong number = new AtomicLong();
        Gauge.builder(name, number, AtomicLong::get).description(description).tag(label, value).register(registry);
        return number;
    }

    /// Lets matches that have gone quiet give their series back; to be called now and then.
    public void dropIdleMatches() {
        matches.dropIdle();
    }

    // --- the sink's consumer

    /// `kafka_consumer_messages_total{topic}`: records that the sink has read.
    public void consumed(String topic, int records) {
        Counter.builder("kafka.consumer.messages").description("Records read by the sink").tag("topic", topic).register(registry)
                .increment(records);
    }

    /// `kafka_consumer_batch_size`: records in one poll that was not empty.
    public void polled(int records) {
        DistributionSummary.builder("kafka.consumer.batch.size").description("Records in one poll of the sink that was not empty")
                .register(registry).record(records);
    }

    /// `kafka_consumer_commit_latency_seconds`: how long a commit of the sink's offsets took.
    public void committed(Duration took) {
        Timer.builder("kafka.consumer.commit.latency").description("Time to commit the sink's offsets").register(registry).record(took);
    }

    /// `kafka_consumer_rebalance_total`: times that partitions were given to or taken from the sink.
    public void rebalanced() {
        Counter.builder("kafka.consumer.rebalance").description("Assignments and revocations of the sink's partitions").register(registry)
                .increment();
    }

    /// `kafka_consumer_lag{topic,partition}`: records that the topology has not yet processed (`match-events`) or the sink
    /// has not yet stored in ClickHouse (the other topics).
    public void lag(String topic, int partition, long records) {
        lags.set(place(topic, partition), (double) records);
    }

    /// The partition is another instance's now: its lag is no longer known here.
    public void lagUnknown(String topic, int partition) {
        lags.remove(place(topic, partition));
    }

    /// `sink_lag_seconds{topic,partition}`: age of the oldest record that is not yet stored, 0 if all are.
    public void sinkLag(String topic, int partition, double seconds) {
        sinkLags.set(place(topic, partition), seconds);
    }

    /// The partition is another instance's now.
    public void sinkLagUnknown(String topic, int partition) {
        sinkLags.remove(place(topic, partition));
    }

    private static Tags place(String topic, int partition) {
        return Tags.of("topic", topic, "partition", Integer.toString(partition));
    }

    // --- the ledger

    /// `ledger_events{topic,partition,stage}`: events of a partition by how far they have come, from the first that the ledger saw:
    /// `received` = `accepted` + `duplicate` + `dead`, of the accepted `counted` are in the totals of matches, `stored` in ClickHouse and
    /// `in_flight` on the way there; `dead_stored` are rows of `dead_letters`.
    public void ledger(String topic, int partition, String stage, long events) {
        ledger.set(place(topic, partition).and("stage", stage), (double) events);
    }

    /// The partition is another instance's now.
    public void ledgerUnknown(String topic, int partition) {
        ledger.remove(place(topic, partition));
    }

    /// One comparison of the ledger with ClickHouse: `ledger_discrepancies`: things that did not add up the last time, which must be 0;
    /// `ledger_reconciliation_seconds`: how long it took.
    public void reconciled(int found, Duration took) {
        discrepancies.set(found);
        reconciliation.record(took);
    }

    /// `ledger_reconciliation_failures_total`: times that ClickHouse could not be asked.
    public void reconciliationFailed() {
        reconciliationFailures.increment();
    }

    // --- ClickHouse

    /// One insert that ClickHouse has acknowledged: `clickhouse_batch_duration_seconds{table}`, `clickhouse_batch_size{table}`,
    /// `clickhouse_rows_written_total{table}`.
    public void stored(String table, int rows, Duration took) {
        Timer.builder("clickhouse.batch.duration").description("Time of one acknowledged insert, retries not counted").tag("table", table)
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100),
                        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30))
                .register(registry).record(took);
        DistributionSummary.builder("clickhouse.batch.size").description("Rows in one acknowledged insert").tag("table", table)
                .register(registry).record(rows);
        Counter.builder("clickhouse.rows.written").description("Rows acknowledged by ClickHouse").tag("table", table).register(registry)
                .increment(rows);
    }

    /// `clickhouse_batch_errors_total{table}`: inserts that failed or whose outcome is unknown; each is tried again.
    public void storeFailed(String table) {
        Counter.builder("clickhouse.batch.errors").description("Inserts that failed or whose outcome is unknown").tag("table", table)
                .register(registry).increment();
    }
}
