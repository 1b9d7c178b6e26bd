-- The service numbers the accepted events of each source partition. The numbers prove that the table holds each
-- accepted event once: for every source partition, count() = max(accepted_number). Rows that are older than this
-- migration have the number 0, and the proof excludes them.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS source_partition Int32 DEFAULT -1 CODEC(ZSTD(1));

ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS accepted_number UInt64 DEFAULT 0 CODEC(Delta, ZSTD(1));

-- The time at which ClickHouse stored the row. ClickHouse computes the default of an older row at each read. Without
-- the condition, such a row would return the time of the read.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS stored_at DateTime64(3, 'UTC')
    DEFAULT if(accepted_number > 0, now64(3, 'UTC'), toDateTime64(0, 3, 'UTC')) CODEC(Delta, ZSTD(1));

-- The reconciler runs its query once a minute. With the projection, the query reads few rows per part, and their number
-- does not depend on the size of the table. ClickHouse writes the projection in the same atomic step as its part.
-- Merges that drop rows, and deletes, rebuild the projection.
ALTER TABLE ${database}.match_events MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild',
    lightweight_mutation_projection_mode = 'rebuild';

ALTER TABLE ${database}.match_events ADD PROJECTION IF NOT EXISTS ledger
(
    SELECT source_partition, countIf(accepted_number > 0), max(accepted_number)
    GROUP BY source_partition
);
