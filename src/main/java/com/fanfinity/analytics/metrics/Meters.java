package com.fanfinity.analytics.metrics;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;

import com.fanfinity.analytics.event.WireName;

/// All meters of the service, in one class per topic. Each class defines name, unit and help of its meters, and
/// `topology-docs/METRICS.md` lists them.
///
/// Labels are bounded: topics, tables, partitions, event types, outcomes and route templates. Ids from clients are no
/// labels, except as {@link MatchMeters} bounds them.
public final class Meters {

    private final MeterRegistry registry;
    private final MeterBook book;
    private final HttpMeters http;
    private final IngestMeters ingest;
    private final StreamsMeters streams;
    private final MatchMeters matches;
    private final DeadLetterMeters deadLetters;
    private final HistoryMeters history;
    private final ReadMeters reads;
    private final SinkMeters sink;
    private final LedgerMeters ledger;
    private final LiveMeters live;
    private final InstanceMeters instance;
    private final SecurityMeters security;

    /// @param registry without any meters: {@link LintedNames} must apply to all
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
        reads = new ReadMeters(book);
        sink = new SinkMeters(book);
        ledger = new LedgerMeters(book);
        live = new LiveMeters(book);
        instance = new InstanceMeters(book);
        security = new SecurityMeters(book);
    }

    public MeterRegistry registry() {
        return registry;
    }

    /// All names, for the documentation.
    public List<MeterBook.Entry> entries() {
        return book.entries();
    }

    /// The outcome of a record of `match-events`. Every record is accepted, duplicate or dead; late records are also
    /// accepted.
    public enum ProcessingOutcome {
        ACCEPTED,
        DUPLICATE,
        DEAD,
        /// Accepted, with an earlier minute than one that its match already has.
        LATE
    }

    /// The outcome of a request to replay a dead letter.
    public enum ReplayResult {
        /// Written to Kafka again under its match's key. The topology decides whether it counts or is a duplicate.
        REPLAYED,
        /// Already replayed.
        SKIPPED,
        /// Still invalid.
        REFUSED,
        /// Kafka or ClickHouse did not answer in time; the client may try again.
        UNAVAILABLE,
        /// Cannot become an event: it is truncated, or its event was already counted.
        NOT_REPLAYABLE,
        NOT_FOUND;

        public String wireName() {
            return WireName.of(this);
        }
    }

    /// The outcome of reading an archived match.
    public enum HistoryRead {
        FOUND,
        /// The limit of concurrent reads was reached.
        BUSY,
        /// ClickHouse did not answer in time.
        UNAVAILABLE,
        /// ClickHouse no longer has all events that it had when the match was archived.
        INCOMPLETE,
        /// The match has more events than the service reads.
        TOO_LARGE
    }

    /// The kinds of reads whose number at a time is limited.
    public enum ReadKind {
        LIST,
        /// Timelines, events and key moments.
        MATCH,
        RECEIPT,
        /// Reads of archived matches from ClickHouse.
        HISTORY
    }

    /// The sender of a read.
    public enum ReadCaller {
        CLIENT,
        PEER
    }

    public HttpMeters http() {
        return http;
    }

    public IngestMeters ingest() {
        return ingest;
    }

    public StreamsMeters streams() {
        return streams;
    }

    public MatchMeters matches() {
        return matches;
    }

    public DeadLetterMeters deadLetters() {
        return deadLetters;
    }

    public HistoryMeters history() {
        return history;
    }

    public ReadMeters reads() {
        return reads;
    }

    public SinkMeters sink() {
        return sink;
    }

    public LedgerMeters ledger() {
        return ledger;
    }

    public InstanceMeters instance() {
        return instance;
    }

    public LiveMeters live() {
        return live;
    }

    public SecurityMeters security() {
        return security;
    }
}
