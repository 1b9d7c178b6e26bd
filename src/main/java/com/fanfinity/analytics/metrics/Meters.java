package com.fanfinity.analytics.metrics;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;

import com.fanfinity.analytics.event.WireName;

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

    /// What became of a record of `match-events`. Every record is accepted, duplicate or dead; late is a part of accepted.
    public enum Outcome {
        ACCEPTED,
        DUPLICATE,
        DEAD,
        /// Accepted, though its minute lies before one that its match already has.
        LATE
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
            return WireName.of(this);
        }
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

    /// Meters of HTTP.
    public HttpMeters http() {
        return http;
    }

    /// Meters of ingest.
    public IngestMeters ingest() {
        return ingest;
    }

    /// Meters of the topology and its threads.
    public StreamsMeters streams() {
        return streams;
    }

    /// Meters of matches.
    public MatchMeters matches() {
        return matches;
    }

    /// Meters of dead letters.
    public DeadLetterMeters deadLetters() {
        return deadLetters;
    }

    /// Meters of archived matches.
    public HistoryMeters history() {
        return history;
    }

    /// Meters of the sink.
    public SinkMeters sink() {
        return sink;
    }

    /// Meters of the ledger.
    public LedgerMeters ledger() {
        return ledger;
    }

    /// Meters of the instance.
    public InstanceMeters instance() {
        return instance;
    }

    /// Meters of viewers.
    public LiveMeters live() {
        return live;
    }
}
