-- An event that is accepted again after the dedupe window has passed has a number of its own and is counted again, so merges must keep its row.
-- Rows of the same acceptance still replace each other. A sorting key takes only columns that are new, so it is the accepted number once more;
-- 0 in rows from before, and in those of sinks that do not know it yet.
ALTER TABLE ${database}.match_events
    ADD COLUMN IF NOT EXISTS acceptance UInt64 CODEC(Delta, ZSTD(1)),
    MODIFY ORDER BY (match_id, timestamp, event_id, acceptance);
