-- The id of the key with which an event was sent over HTTP. It is empty for an event that was sent
-- without a key, for one of another producer on the topic without this header, and for rows that are older than this
-- migration. Before you trust it, read docs/operations/keys.md.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS producer LowCardinality(String) DEFAULT ''
    COMMENT 'Id of the API key with which the event was sent, or empty without a key';

ALTER TABLE ${database}.dead_letters ADD COLUMN IF NOT EXISTS producer LowCardinality(String) DEFAULT ''
    COMMENT 'Id of the API key with which the record was sent, or empty without a key';
