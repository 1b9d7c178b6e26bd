-- A sink claims a Kafka partition before it stores rows of it. Every INSERT of the sink names its claim, and ClickHouse
-- rejects the INSERT if the partition has a newer claim. So a late INSERT of an earlier owner stores nothing. A
-- takeover of a partition adds one row. The newest claim is the one with the greatest (epoch, owner). The table keeps
-- all rows, because a merge that drops one of two equal epochs could change the newest claim.
CREATE TABLE IF NOT EXISTS ${database}.sink_claims
(
    kafka_topic     LowCardinality(String),
    kafka_partition Int32,
    epoch           UInt64,
    -- A new UUID for each takeover.
    owner           UUID,
    claimed_at      DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (kafka_topic, kafka_partition, epoch, owner);
