-- Accepted events are numbered within their source partition, so that the table can prove that it holds each of them once: for every source
-- partition count() = max(accepted_number). Rows from before have the number 0 and are not part of the proof.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS source_partition Int32 DEFAULT -1 CODEC(ZSTD(1));

ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS accepted_number UInt64 DEFAULT 0 CODEC(Delta, ZSTD(1));

-- When ClickHouse took the row. The condition keeps rows from before from claiming "now" each time they are read.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS stored_at DateTime64(3, 'UTC')
    DEFAULT if(accepted_number > 0, now64(3, 'UTC'), toDateTime64(0, 3, 'UTC')) CODEC(Delta, ZSTD(1));

-- The reconciler asks once a minute. With the projection it reads a row a part, whatever the size of the table. The projection is written
-- with its part, in the same atomic step; merges that drop rows, and deletes, make it anew.
ALTER TABLE ${database}.match_events MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild',
    lightweight_mutation_projection_mode = 'rebuild';

ALTER TABLE ${database}.match_events ADD PROJECTION IF NOT EXISTS ledger
(
    SELECT source_partition, countIf(accepted_number > 0), max(accepted_number)
    GROUP BY source_partition
);
