-- The requests to replay a dead letter, with the name of the key and the outcome. The service writes a row `requested`
-- before it publishes the event, and a row with the outcome afterwards. If a `requested` row has no outcome, the
-- service ended, or lost its connection to ClickHouse, between the two rows.
-- The table neither replaces nor deduplicates rows, because it keeps every request.
CREATE TABLE IF NOT EXISTS ${database}.dead_letter_replays
(
    -- The place where the sink read the dead letter. These columns identify it in dead_letters.
    kafka_topic     LowCardinality(String),
    kafka_partition Int32,
    kafka_offset    Int64,
    -- First requested, then one of replayed, refused, unavailable, not_replayable, not_found.
    outcome         LowCardinality(String),
    detail          String CODEC(ZSTD(1)),
    -- The ids of the event in the dead letter. Both are empty if the dead letter holds no event.
    event_id        String CODEC(ZSTD(1)),
    match_id        String CODEC(ZSTD(1)),
    request_id      String CODEC(ZSTD(1)),
    -- The name of the admin key, never the key itself.
    replayed_by     LowCardinality(String),
    at              DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (kafka_topic, kafka_partition, kafka_offset, at);
