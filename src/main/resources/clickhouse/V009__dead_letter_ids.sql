-- The receipt of an event looks its dead letters up by these columns. Without them it searched every letter for the
-- text of the ids. ClickHouse computes both from the letter, so rows of an older sink have them too. A letter that is
-- no JSON can still show its ids: then the first member of that name counts, and in a valid one only a member of the
-- event itself. The id of an event is zero if the letter has none. Only the first 64 KiB of a letter are read; a valid
-- event is at most a third of that. JSONExtract reads no JSON with a number beyond a double or with half a surrogate
-- pair. So each number becomes its first digit, outside of strings only: an id such as opta:2058017 must stay as it is.
ALTER TABLE ${database}.dead_letters ADD COLUMN IF NOT EXISTS event_id UUID
    MATERIALIZED toUUIDOrZero(lower(arrayElement(arrayMap(json -> if(isValidJSON(json),
        JSONExtractString(json, 'eventId'),
        extract(substring(raw, 1, 65536), '"eventId"\\s*:\\s*"([0-9a-fA-F-]{36})"')), [replaceRegexpAll(
            replaceRegexpAll(substring(raw, 1, 65536), '\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '/'),
            '("(?s:[^"\\\\]|\\\\.)*"?)|([:,\\[]\\s*)[-+.eE]*([0-9])[-+.0-9eE]*', '\\1\\2\\3')]), 1)))
    CODEC(ZSTD(1));

-- A letter without a match id belongs to the match that its key names.
ALTER TABLE ${database}.dead_letters ADD COLUMN IF NOT EXISTS match_id String
    MATERIALIZED substring(coalesce(
        nullIf(arrayElement(arrayMap(json -> multiIf(JSONType(json, 'matchId') = 'String',
            JSONExtractString(json, 'matchId'), isValidJSON(json), '',
            extract(substring(raw, 1, 65536), '"matchId"\\s*:\\s*"([A-Za-z0-9._:-]{1,128})"')), [replaceRegexpAll(
            replaceRegexpAll(substring(raw, 1, 65536), '\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '/'),
            '("(?s:[^"\\\\]|\\\\.)*"?)|([:,\\[]\\s*)[-+.eE]*([0-9])[-+.0-9eE]*', '\\1\\2\\3')]), 1), ''),
        key), 1, 128)
    CODEC(ZSTD(1));

-- The table is in the order of Kafka's offsets. With this index, a look-up reads only granules that can have the event.
ALTER TABLE ${database}.dead_letters ADD INDEX IF NOT EXISTS event_id event_id TYPE bloom_filter(0.001) GRANULARITY 1;

-- Older rows get the columns and the index in the background. Until then, a look-up computes their ids.
ALTER TABLE ${database}.dead_letters MATERIALIZE COLUMN event_id;

ALTER TABLE ${database}.dead_letters MATERIALIZE COLUMN match_id;

ALTER TABLE ${database}.dead_letters MATERIALIZE INDEX event_id;
