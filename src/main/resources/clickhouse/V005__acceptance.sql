-- The service can accept the same event again after the dedupe window. The second acceptance has its own number and
-- counts again, so merges must keep its row. Rows of the same acceptance still replace each other.
-- ClickHouse extends a sorting key only by columns that the same ALTER adds. So the column `acceptance` repeats the
-- accepted number. It is 0 in older rows, and in rows of an older sink that does not fill this column.
ALTER TABLE ${database}.match_events
    ADD COLUMN IF NOT EXISTS acceptance UInt64 CODEC(Delta, ZSTD(1)),
    MODIFY ORDER BY (match_id, timestamp, event_id, acceptance);
