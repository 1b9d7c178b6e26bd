-- The tables that the sink fills. Every statement of every migration may be run twice: two instances that start at once both run it.
--
-- What all four have in common, and why:
--   kafka_partition, kafka_offset   Where the row was read. The highest offset of a partition is the sink's only memory of how far it has
--                                   come, because it is stored in the same atomic step as the rows themselves.
--   PARTITION BY …, kafka_partition One INSERT holds rows of one Kafka partition and one month of arrival, so it makes one part, and a part
--                                   is there as a whole or not at all. Asking for the highest offset reads one Kafka partition's parts.
--                                   Arrival, not event time: a replay of ten years of matches arrives in one month, and a month changes
--                                   twelve times a year, so hardly any batch is cut by it.
--   non_replicated_deduplication_window
--                                   ClickHouse remembers that many insert_deduplication_tokens per table: a repeated INSERT whose first
--                                   answer was lost is not stored twice. 10,000 is a quarter of an hour with 12 partitions at an insert a second each.
--   ReplacingMergeTree              Events, dead letters: a last line only, the sink stores each row once and count() needs no FINAL.
--                                   Minutes, matches: older versions of a row go when parts are merged; the views read the newest at once.

CREATE TABLE IF NOT EXISTS ${database}.match_events
(
    event_id        UUID,
    match_id        String CODEC(ZSTD(1)),
    event_type      LowCardinality(String),
    -- Any year from 0001 to 9999: RowBinary carries the milliseconds as they are. ClickHouse before 26 shows years outside of 1900 to 2299
    -- wrongly, while it stores, sorts and counts them rightly.
    timestamp       DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    -- Empty where the event has none.
    team_id         LowCardinality(String),
    player_id       String CODEC(ZSTD(1)),
    -- The JSON object byte for byte as the client wrote it, empty where it wrote none: JSONExtractString(metadata, 'detail').
    metadata        String CODEC(ZSTD(1)),
    received_at     DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    kafka_partition Int32,
    kafka_offset    Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY (toYYYYMM(received_at), kafka_partition)
ORDER BY (match_id, timestamp, event_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS ${database}.match_minutes
(
    match_id        String CODEC(ZSTD(1)),
    -- DateTime64, because DateTime ends in 1970 and 2106, and a final of 1966 can be replayed.
    minute          DateTime64(0, 'UTC') CODEC(Delta, ZSTD(1)),
    events          UInt64,
    by_type         Map(LowCardinality(String), UInt64),
    by_team         Map(LowCardinality(String), UInt64),
    version         UInt64,
    kafka_partition Int32,
    kafka_offset    Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
-- No month: all versions of a row must meet in one table partition to replace each other.
PARTITION BY kafka_partition
ORDER BY (match_id, minute)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS ${database}.match_stats
(
    match_id         String CODEC(ZSTD(1)),
    status           LowCardinality(String),
    home_team_id     String,
    home_team        String,
    away_team_id     String,
    away_team        String,
    score            Map(String, UInt64),
    shootout         Map(String, UInt64),
    total_events     UInt64,
    events_by_type   Map(LowCardinality(String), UInt64),
    events_by_team   Map(String, UInt64),
    goals            UInt64,
    yellow_cards     UInt64,
    red_cards        UInt64,
    duplicates       UInt64,
    first_event_at   Nullable(DateTime64(3, 'UTC')),
    last_event_at    Nullable(DateTime64(3, 'UTC')),
    last_activity_at Nullable(DateTime64(3, 'UTC')),
    events_per_minute_average Float64,
    events_per_minute_peak    Float64,
    peak_minute      Nullable(DateTime64(0, 'UTC')),
    peak_events      UInt64,
    -- Milliseconds from receiving an event to its being visible.
    response_p50     Nullable(Float64),
    response_p95     Nullable(Float64),
    response_p99     Nullable(Float64),
    version          UInt64,
    -- The whole state as JSON, for what has no column.
    body             String CODEC(ZSTD(3)),
    kafka_partition  Int32,
    kafka_offset     Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY kafka_partition
ORDER BY match_id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS ${database}.dead_letters
(
    reason           LowCardinality(String),
    detail           String CODEC(ZSTD(1)),
    source_topic     LowCardinality(String),
    source_partition Int32,
    source_offset    Int64,
    -- Key, value and headers as they came; any bytes, not always text.
    key              String CODEC(ZSTD(1)),
    raw              String CODEC(ZSTD(1)),
    headers          Map(String, String) CODEC(ZSTD(1)),
    received_at      DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    -- Where the sink read it: the topic of dead letters, or, for a record that it could not store itself (reason `unstorable`), that record's.
    kafka_topic      LowCardinality(String),
    kafka_partition  Int32,
    kafka_offset     Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY (toYYYYMM(received_at), kafka_partition)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 10000;

-- An operator's word that what lies up to an offset is gone for good (lost by retention), so that the sink may go on behind it. See RUNBOOK.
CREATE TABLE IF NOT EXISTS ${database}.sink_marks
(
    kafka_topic     String,
    kafka_partition Int32,
    kafka_offset    Int64,
    reason          String,
    made_at         DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY (kafka_topic, kafka_partition);
