package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.insert.InsertSettings;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.ClickHouse.RowReader;
import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.DeadReason;

/// Dead letters in ClickHouse: the tables `dead_letters`, which the sink fills, and `dead_letter_replays`.
///
/// Bytes are asked for in hexadecimal, because the driver would read them as text and lose what is none.
final class ClickHouseLetters implements LetterStore {

    /// Ids in one statement: with the longest names of topics they stay far below ClickHouse's `max_query_size`.
    private static final int IDS_AT_ONCE = 200;

    private static final String HEAD = Filter.ID + ", reason, detail, toUnixTimestamp64Micro(received_at) AS micros, source_topic,"
            + " source_partition, source_offset, hex(key) AS key_hex, length(raw) AS size";

    private static final String HEADERS = "arrayStringConcat(arrayMap((k, v) -> concat(hex(k), ' ', hex(v)), mapKeys(headers),"
            + " mapValues(headers)), ',') AS header_text";

    private static final String NEWEST_FIRST = "received_at DESC, kafka_topic DESC, kafka_partition DESC, kafka_offset DESC";

    private static final String AUDIT = "outcome, detail, event_id, match_id, request_id, replayed_by, toUnixTimestamp64Milli(at) AS millis";

    private static final List<String> AUDIT_COLUMNS = List.of("kafka_topic", "kafka_partition", "kafka_offset", "outcome", "detail",
            "event_id", "match_id", "request_id", "replayed_by", "at");

    private final ClickHouse clickHouse;
    private final String letters;
    private final String replays;

    ClickHouseLetters(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
        letters = clickHouse.database() + ".dead_letters";
        replays = clickHouse.database() + ".dead_letter_replays";
    }

    /// Two steps in one statement: which they are is told by small columns, and only those are read in full, by the table's key.
    @Override
    public List<Letter> newest(Optional<DeadReason> reason, Span span, Optional<Place> after, int count) throws StoreException {
        Filter filter = new Filter().within(span).beyond("<", after);
        reason.ifPresent(filter::reason);
        String which = "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 BY %1$s LIMIT %5$d".formatted(Filter.ID, letters, filter.sql(),
                NEWEST_FIRST, count);
        return ask("SELECT %s FROM %s WHERE (%s) IN (%s) ORDER BY %s LIMIT 1 BY %3$s".formatted(HEAD, letters, Filter.ID, which,
                NEWEST_FIRST), ClickHouseLetters::letter, filter.parameters());
    }

    @Override
    public SortedMap<String, Long> reasons(Span span) throws StoreException {
        record Count(String reason, long letters) {}
        Filter filter = new Filter().within(span);
        SortedMap<String, Long> reasons = new TreeMap<>();
        ask("SELECT reason, count() FROM %s WHERE %s GROUP BY reason".formatted(letters, filter.sql()),
                row -> new Count(row.getString(1), row.getLong(2)), filter.parameters())
                .forEach(count -> reasons.put(count.reason(), count.letters()));
        return reasons;
    }

    @Override
    public Set<LetterId> existing(Collection<LetterId> ids) throws StoreException {
        return ids(letters, ids, "1");
    }

    @Override
    public Set<LetterId> replayed(Collection<LetterId> ids) throws StoreException {
        return ids(replays, ids, "outcome = 'replayed'");
    }

    private Set<LetterId> ids(String table, Collection<LetterId> ids, String condition) throws StoreException {
        Set<LetterId> found = new HashSet<>();
        for (List<LetterId> some : chunks(ids)) {
            Filter filter = new Filter().oneOf(some).and(condition);
            found.addAll(ask("SELECT DISTINCT %s FROM %s WHERE %s".formatted(Filter.ID, table, filter.sql()), ClickHouseLetters::id,
                    filter.parameters()));
        }
        return found;
    }

    @Override
    public List<Place> unreplayed(DeadReason reason, Span span, Optional<Place> after, int count) throws StoreException {
        Filter filter = new Filter().reason(reason).within(span).beyond(">", after);
        return ask("""
                SELECT %s, toUnixTimestamp64Micro(received_at) AS micros FROM %s
                WHERE %s AND (%1$s) NOT IN (SELECT %1$s FROM %s WHERE outcome = 'replayed')
                ORDER BY received_at, %1$s LIMIT 1 BY %1$s LIMIT %d""".formatted(Filter.ID, letters, filter.sql(), replays, count),
                row -> new Place(row.getLong(4), id(row)), filter.parameters());
    }

    @Override
    public List<Content> contents(Collection<LetterId> ids, int mostBytes) throws StoreException {
        List<Content> contents = new ArrayList<>();
        for (List<LetterId> some : chunks(ids)) {
            Filter filter = new Filter().oneOf(some);
            contents.addAll(ask(
                    "SELECT %s, if(length(raw) > %d, '', hex(raw)) AS raw_hex, %s FROM %s WHERE %s LIMIT 1 BY %s".formatted(HEAD,
                            mostBytes, HEADERS, letters, filter.sql(), Filter.ID),
                    row -> new Content(letter(row), headers(row.getString(13)), bytes(row.getString(12))), filter.parameters()));
        }
        return contents;
    }

    @Override
    public Map<LetterId, Audit> standing(Collection<LetterId> ids) throws StoreException {
        Map<LetterId, Audit> standing = new HashMap<>();
        for (List<LetterId> some : chunks(ids)) {
            Filter filter = new Filter().oneOf(some);
            ask("SELECT %s, %s FROM %s WHERE %s ORDER BY outcome = 'replayed' DESC, at DESC, outcome = 'requested' LIMIT 1 BY %1$s"
                    .formatted(
                            Filter.ID, AUDIT, replays, filter.sql()),
                    ClickHouseLetters::audit, filter.parameters())
                    .forEach(audit -> standing.put(audit.id(), audit));
        }
        return standing;
    }

    @Override
    public List<Audit> history(LetterId id) throws StoreException {
        Filter filter = new Filter().oneOf(List.of(id));
        return ask("SELECT %s, %s FROM %s WHERE %s ORDER BY at, outcome != 'requested'".formatted(Filter.ID, AUDIT, replays, filter.sql()),
                ClickHouseLetters::audit, filter.parameters());
    }

    /// One insert. `async_insert=0`: an acknowledgement must mean stored.
    @Override
    public void record(List<Audit> audits) throws StoreException, InterruptedException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (Audit audit : audits) {
            rows.writeBytes(new RowBinary().string(audit.id().topic()).int32(audit.id().partition()).int64(audit.id().offset())
                    .string(audit.outcome()).string(audit.detail()).string(audit.eventId()).string(audit.matchId())
                    .string(audit.requestId()).string(audit.by()).int64(audit.at().toEpochMilli()).toBytes());
        }
        try {
            clickHouse.insert("dead_letter_replays", AUDIT_COLUMNS, new ByteArrayInputStream(rows.toByteArray()),
                    new InsertSettings().serverSetting("async_insert", "0").serverSetting("insert_deduplicate", "0"));
        } catch (SQLException | ExecutionException | RuntimeException e) {
            throw new StoreException(e);
        }
    }

    private <T> List<T> ask(String sql, RowReader<T> reader, Object... parameters) throws StoreException {
        try {
            return clickHouse.query(sql, reader, parameters);
        } catch (SQLException | RuntimeException e) { // the driver throws both when the server is away
            throw new StoreException(e);
        }
    }

    private static List<List<LetterId>> chunks(Collection<LetterId> ids) {
        List<LetterId> all = List.copyOf(ids);
        List<List<LetterId>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_AT_ONCE) {
            chunks.add(all.subList(from, Math.min(all.size(), from + IDS_AT_ONCE)));
        }
        return chunks;
    }

    private static LetterId id(ResultSet row) throws SQLException {
        return new LetterId(row.getString(1), row.getInt(2), row.getLong(3));
    }

    private static Letter letter(ResultSet row) throws SQLException {
        return new Letter(id(row), row.getString(4), row.getString(5), row.getLong(6), row.getString(7), row.getInt(8), row.getLong(9),
                bytes(row.getString(10)), row.getLong(11));
    }

    private static Audit audit(ResultSet row) throws SQLException {
        return new Audit(id(row), row.getString(4), row.getString(5), row.getString(6), row.getString(7), row.getString(8),
                row.getString(9), Instant.ofEpochMilli(row.getLong(10)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static Map<String, byte[]> headers(String text) {
        Map<String, byte[]> headers = new TreeMap<>();
        for (String header : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] parts = header.split(" ", 2);
            headers.put(new String(bytes(parts[0]), UTF_8), bytes(parts[1]));
        }
        return headers;
    }
}
