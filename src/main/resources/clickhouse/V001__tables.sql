-- The tables that the sink fills. Every statement of every migration must be safe to run twice, because two instances
-- that start at the same time both run it.
--
-- The tables match_events, match_minutes, match_stats and dead_letters share these columns and settings:
--   kafka_partition, kafka_offset
--       The place where the sink read the row. The sink stores its progress nowhere else: it resumes after the highest
--       offset of a partition. This is safe because ClickHouse stores the offset in the same atomic step as the row.
--   PARTITION BY ..., kafka_partition
--       One INSERT holds rows of one Kafka partition. In match_events and dead_letters, it also holds rows of one month
--       of arrival. So it creates one part, and ClickHouse stores a part completely or not at all. A query for the
--       highest offset reads the parts of one Kafka partition only. The month is that of the arrival, not of the event:
--       a replay of ten years of matches arrives in one month. The month changes twelve times a year, so it splits very
--       few batches.
--   non_replicated_deduplication_window
--       The number of insert_deduplication_tokens that ClickHouse remembers per table. If the first response to an
--       INSERT is lost, the sink repeats the INSERT, and ClickHouse does not store the rows twice. 10,000 tokens last
--       about 14 minutes with 12 partitions and one INSERT per second and partition.
--   ReplacingMergeTree
--       In match_events and dead_letters it is only the last safeguard: the sink stores each row once, so count() needs
--       no FINAL. In match_minutes and match_stats, merges remove the older versions of a row. The views return the
--       newest version without waiting for a merge.

CREATE TABLE IF NOT EXISTS ${database}.match_events
(
    event_id        UUID,
    match_id        String CODEC(ZSTD(1)),
    event_type      LowCardinality(String),
    -- Any year from 0001 to 9999: RowBinary carries the milliseconds unchanged. ClickHouse before version 26 displays
    -- years outside 1900 to 2299 incorrectly, but stores, sorts and counts them correctly.
    timestamp       DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    -- Empty if the event has no team or no player.
    team_id         LowCardinality(String),
    player_id       String CODEC(ZSTD(1)),
    -- The JSON object, byte for byte as the client sent it, or empty if the client sent none. Queries read a field with
    -- JSONExtractString(metadata, 'detail').
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
    -- DateTime64, because DateTime covers only 1970 to 2106, and a client can replay a final of 1966.
    minute          DateTime64(0, 'UTC') CODEC(Delta, ZSTD(1)),
    events          UInt64,
    by_type         Map(LowCardinality(String), UInt64),
    by_team         Map(LowCardinality(String), UInt64),
    version         UInt64,
    kafka_partition Int32,
    kafka_offset    Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
-- No month: versions of a row replace each other only within one table partition.
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
    -- Milliseconds from the receipt of an event until it is visible.
    response_p50     Nullable(Float64),
    response_p95     Nullable(Float64),
    response_p99     Nullable(Float64),
    version          UInt64,
    -- The whole state as JSON, because some fields have no column.
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
    -- Key, value and headers, unchanged. They can hold any bytes, not only text.
    key              String CODEC(ZSTD(1)),
    raw              String CODEC(ZSTD(1)),
    headers          Map(String, String) CODEC(ZSTD(1)),
    received_at      DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    -- The place where the sink read the record. This is the topic of dead letters. For a record that the sink could not
    -- store (reason `unstorable`), it is the topic of that record.
    kafka_topic      LowCardinality(String),
    kafka_partition  Int32,
    kafka_offset     Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY (toYYYYMM(received_at), kafka_partition)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 10000;

-- An operator adds a row to confirm that the records up to an offset are lost (deleted by retention). The sink then
-- continues after this offset. See RUNBOOK.
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
