-- Who asked for which dead letter to be replayed, and what became of it. A row `requested` is written before anything is published, and a
-- row with the outcome after it: a `requested` without an outcome is a service that died, or lost ClickHouse, in between.
-- No replacing and no deduplication: every asking is kept.
CREATE TABLE IF NOT EXISTS ${database}.dead_letter_replays
(
    -- Where the letter was read: its identity in dead_letters.
    kafka_topic     LowCardinality(String),
    kafka_partition Int32,
    kafka_offset    Int64,
    -- requested, then one of replayed, refused, unavailable, not_replayable, not_found.
    outcome         LowCardinality(String),
    detail          String CODEC(ZSTD(1)),
    -- Of the event that the letter holds; empty where it holds none.
    event_id        String CODEC(ZSTD(1)),
    match_id        String CODEC(ZSTD(1)),
    request_id      String CODEC(ZSTD(1)),
    -- The name of the key, never the key.
    replayed_by     LowCardinality(String),
    at              DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (kafka_topic, kafka_partition, kafka_offset, at);
