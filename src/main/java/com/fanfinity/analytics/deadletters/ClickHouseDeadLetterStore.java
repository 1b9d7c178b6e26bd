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
import com.fanfinity.analytics.event.RecordHeaders;

/// Dead letters in ClickHouse: the tables `dead_letters`, which the sink fills, and `dead_letter_replays`.
///
/// Queries return bytes in hexadecimal, because the driver reads strings as text and loses invalid bytes.
final class ClickHouseDeadLetterStore implements DeadLetterStore {

    /// The number of ids in one statement. With the longest topic names it stays far below ClickHouse's
    /// `max_query_size`.
    private static final int IDS_AT_ONCE = 200;

    /// The texts are cut: other producers may write any text to the topic, and a list has many letters.
    private static final String HEAD = SqlFilter.ID
            + ", left(reason, 2000), left(detail, 2000), toUnixTimestamp64Micro(received_at) AS micros, source_topic,"
            + " source_partition, source_offset, hex(left(key, 300)) AS key_hex, length(raw) AS size";

    /// The most entries of the history of a letter.
    private static final int MOST_REPLAYS = 200;

    private static final String ALL_HEADERS = "headers";

    /// Many letters are read at once, and the headers of one can have 1 MiB.
    private static final String HEADERS_FOR_A_REPLAY = "mapApply((k, v) -> (k, left(v, 2000)), "
            + "mapFilter((k, v) -> k IN ('" + RecordHeaders.CUT + "', '" + RecordHeaders.PRODUCER + "'), headers))";

    private static final String NEWEST_FIRST = "received_at DESC, kafka_topic DESC, kafka_partition DESC, "
            + "kafka_offset DESC";

    private static final String AUDIT = "outcome, detail, event_id, match_id, request_id, replayed_by, "
            + "toUnixTimestamp64Milli(at) AS millis";

    private static final String AUDIT_COLUMNS = "kafka_topic, kafka_partition, kafka_offset, outcome, detail, "
            + "event_id, match_id, request_id, replayed_by, at";

    private final ClickHouse clickHouse;
    private final String letters;
    private final String replays;

    ClickHouseDeadLetterStore(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
        letters = clickHouse.database() + ".dead_letters";
        replays = clickHouse.database() + ".dead_letter_replays";
    }

    /// One statement with two steps: the inner query selects ids by small columns; the outer query reads only those
    /// letters.
    @Override
    public List<DeadLetter> newest(Optional<DeadReason> reason, TimeRange span, Optional<DeadLetterPosition> after,
            int count) throws DeadLetterStoreException {
        SqlFilter filter = new SqlFilter().within(span).beyond("<", after);
        reason.ifPresent(filter::reason);
        String which = "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 BY %1$s LIMIT %5$d".formatted(SqlFilter.ID,
                letters, filter.sql(),
                NEWEST_FIRST, count);
        return query("SELECT %s FROM %s WHERE (%s) IN (%s) ORDER BY %s LIMIT 1 BY %3$s".formatted(HEAD, letters,
                SqlFilter.ID, which,
                NEWEST_FIRST), ClickHouseDeadLetterStore::letter, filter.parameters());
    }

    @Override
    public SortedMap<String, Long> reasons(TimeRange span) throws DeadLetterStoreException {
        record Count(String reason, long letters) {}
        SqlFilter filter = new SqlFilter().within(span);
        SortedMap<String, Long> reasons = new TreeMap<>();
        query("SELECT left(reason, 2000) AS shown, count() FROM %s WHERE %s GROUP BY shown ORDER BY count() DESC "
                .formatted(letters, filter.sql()) + "LIMIT 100",
                row -> new Count(row.getString(1), row.getLong(2)), filter.parameters())
                .forEach(count -> reasons.put(count.reason(), count.letters()));
        return reasons;
    }

    @Override
    public Set<DeadLetterId> existing(Collection<DeadLetterId> ids) throws DeadLetterStoreException {
        return ids(letters, ids, "1");
    }

    @Override
    public Set<DeadLetterId> replayed(Collection<DeadLetterId> ids) throws DeadLetterStoreException {
        return ids(replays, ids, "outcome = 'replayed'");
    }

    private Set<DeadLetterId> ids(String table, Collection<DeadLetterId> ids, String condition)
            throws DeadLetterStoreException {
        Set<DeadLetterId> found = new HashSet<>();
        for (List<DeadLetterId> some : chunks(ids)) {
            SqlFilter filter = new SqlFilter().oneOf(some).and(condition);
            found.addAll(query("SELECT DISTINCT %s FROM %s WHERE %s".formatted(SqlFilter.ID, table, filter.sql()),
                    ClickHouseDeadLetterStore::id,
                    filter.parameters()));
        }
        return found;
    }

    @Override
    public List<DeadLetterPosition> unreplayed(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after,
            int count) throws DeadLetterStoreException {
        SqlFilter filter = new SqlFilter().reason(reason).within(span).beyond(">", after);
        return query(
                """
                        SELECT %s, toUnixTimestamp64Micro(received_at) AS micros FROM %s
                        WHERE %s AND (%1$s) NOT IN (SELECT %1$s FROM %s WHERE outcome = 'replayed')
                        ORDER BY received_at, %1$s LIMIT 1 BY %1$s LIMIT %d""".formatted(SqlFilter.ID, letters,
                        filter.sql(), replays, count),
                row -> new DeadLetterPosition(row.getLong(4), id(row)), filter.parameters());
    }

    @Override
    public Optional<DeadLetterContent> detail(DeadLetterId id, int mostBytes) throws DeadLetterStoreException {
        return contents(List.of(id), mostBytes, ALL_HEADERS).stream().findFirst();
    }

    @Override
    public List<DeadLetterContent> contents(Collection<DeadLetterId> ids, int mostBytes)
            throws DeadLetterStoreException {
        return contents(ids, mostBytes, HEADERS_FOR_A_REPLAY);
    }

    private List<DeadLetterContent> contents(Collection<DeadLetterId> ids, int mostBytes, String headers)
            throws DeadLetterStoreException {
        List<DeadLetterContent> contents = new ArrayList<>();
        for (List<DeadLetterId> some : chunks(ids)) {
            SqlFilter filter = new SqlFilter().oneOf(some);
            contents.addAll(query(
                    "SELECT %s, if(length(raw) > %d, '', hex(raw)) AS raw_hex, %s FROM %s WHERE %s LIMIT 1 BY %s"
                            .formatted(HEAD, mostBytes, headerText(headers), letters, filter.sql(),
                                    SqlFilter.ID),
                    row -> new DeadLetterContent(letter(row), headers(row.getString(13)), bytes(row.getString(12))),
                    filter.parameters()));
        }
        return contents;
    }

    /// @param headers an expression for the headers
    private static String headerText(String headers) {
        return "arrayStringConcat(arrayMap((k, v) -> concat(hex(k), ' ', hex(v)), mapKeys(%1$s), mapValues(%1$s)), ',')"
                .formatted(headers) + " AS header_text";
    }

    @Override
    public Map<DeadLetterId, ReplayAudit> currentOutcomes(Collection<DeadLetterId> ids)
            throws DeadLetterStoreException {
        Map<DeadLetterId, ReplayAudit> standing = new HashMap<>();
        for (List<DeadLetterId> some : chunks(ids)) {
            SqlFilter filter = new SqlFilter().oneOf(some);
            query(("SELECT %s, %s FROM %s WHERE %s ORDER BY outcome = 'replayed' DESC, at DESC, outcome = 'requested' "
                    + "LIMIT 1 BY %1$s")
                    .formatted(
                            SqlFilter.ID, AUDIT, replays, filter.sql()),
                    ClickHouseDeadLetterStore::audit, filter.parameters())
                    .forEach(audit -> standing.put(audit.id(), audit));
        }
        return standing;
    }

    @Override
    public List<ReplayAudit> replayHistory(DeadLetterId id) throws DeadLetterStoreException {
        SqlFilter filter = new SqlFilter().oneOf(List.of(id));
        return query(
                "SELECT * FROM (SELECT %s, %s, at, outcome != 'requested' AS ended FROM %s WHERE %s ORDER BY at DESC, "
                        .formatted(SqlFilter.ID, AUDIT, replays, filter.sql())
                        + "ended DESC LIMIT " + MOST_REPLAYS + ") ORDER BY at, ended",
                ClickHouseDeadLetterStore::audit, filter.parameters());
    }

    /// One insert. `async_insert=0`: an acknowledgement must mean stored.
    @Override
    public void record(List<ReplayAudit> audits) throws DeadLetterStoreException, InterruptedException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (ReplayAudit audit : audits) {
            rows.writeBytes(new RowBinary().string(audit.id().topic()).int32(audit.id().partition())
                    .int64(audit.id().offset())
                    .string(audit.outcome()).string(audit.detail()).string(audit.eventId()).string(audit.matchId())
                    .string(audit.requestId()).string(audit.by()).int64(audit.at().toEpochMilli()).toBytes());
        }
        try {
            clickHouse.insert(clickHouse.database() + ".dead_letter_replays (" + AUDIT_COLUMNS + ')',
                    new ByteArrayInputStream(rows.toByteArray()),
                    new InsertSettings().serverSetting("async_insert", "0").serverSetting("insert_deduplicate", "0"));
        } catch (SQLException | ExecutionException | RuntimeException e) {
            throw new DeadLetterStoreException(e);
        }
    }

    private <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) throws DeadLetterStoreException {
        try {
            return clickHouse.query(sql, reader, parameters);
        } catch (SQLException | RuntimeException e) { // the driver throws both when the server is away
            throw new DeadLetterStoreException(e);
        }
    }

    private static List<List<DeadLetterId>> chunks(Collection<DeadLetterId> ids) {
        List<DeadLetterId> all = List.copyOf(ids);
        List<List<DeadLetterId>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_AT_ONCE) {
            chunks.add(all.subList(from, Math.min(all.size(), from + IDS_AT_ONCE)));
        }
        return chunks;
    }

    private static DeadLetterId id(ResultSet row) throws SQLException {
        return new DeadLetterId(row.getString(1), row.getInt(2), row.getLong(3));
    }

    private static DeadLetter letter(ResultSet row) throws SQLException {
        return new DeadLetter(id(row), row.getString(4), row.getString(5), row.getLong(6), row.getString(7),
                row.getInt(8), row.getLong(9),
                bytes(row.getString(10)), row.getLong(11));
    }

    private static ReplayAudit audit(ResultSet row) throws SQLException {
        return new ReplayAudit(id(row), row.getString(4), row.getString(5), row.getString(6), row.getString(7),
                row.getString(8),
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
