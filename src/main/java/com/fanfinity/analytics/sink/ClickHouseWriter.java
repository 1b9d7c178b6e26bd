package com.fanfinity.analytics.sink;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.insert.InsertSettings;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.SqlText;
import com.fanfinity.analytics.rows.Row;
import com.fanfinity.analytics.rows.Table;

/// Sends batches as RowBinary, so that each is one block: see {@link #settings}.
final class ClickHouseWriter implements BatchWriter {

    /// Larger than any batch (`SINK_BATCH_ROWS` is at most 500,000).
    private static final String ROWS_OF_A_BLOCK = "1048576";

    /// The server's error for `throwIf`. A view of an operator may use that function, too.
    private static final int SUPERSEDED = 395;
    private static final String NO_CLAIM = "the claim on the partition no longer holds";

    private final ClickHouse clickHouse;

    ClickHouseWriter(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /// The common beginning of the query ids and log comments of a partition's inserts.
    static String queryIdPrefix(String database, String topic, int partition) {
        return "sink:" + database + ':' + topic + '-' + partition + '-';
    }

    @Override
    public WriteOutcome insert(Batch batch, String token, Claim claim) throws InterruptedException {
        try {
            clickHouse.insert(target(batch, claim), bytes(batch.rows()), settings(clickHouse.database(), token));
            return new WriteOutcome.Acknowledged();
        } catch (ExecutionException e) {
            return outcomeOf(e);
        } catch (SQLException e) {
            return new WriteOutcome.Failed(e);
        }
    }

    /// The server rejects the statement, with {@link #SUPERSEDED}, if the claim no longer holds. It decides that when
    /// it begins the statement, however long the statement was on its way.
    private String target(Batch batch, Claim claim) {
        Table table = batch.table();
        String columns = String.join(", ", table.columns());
        return "%s (%s) SELECT %s FROM input(%s) WHERE NOT throwIf(%s, '%s')"
                .formatted(table.in(clickHouse.database()), columns, columns, SqlText.quoted(table.structure()),
                        PartitionClaims.lapsed(clickHouse.database(), batch.source(), claim), NO_CLAIM);
    }

    private static InputStream bytes(List<Row> rows) {
        return new SequenceInputStream(
                Collections.enumeration(rows.stream().map(row -> new ByteArrayInputStream(row.rowBinary())).toList()));
    }

    /// One INSERT, one block:
    ///
    /// - `max_insert_block_size` (rows) above the largest batch, and the limit in bytes off: the parser does not split;
    /// - `min_insert_block_size_rows` above that, and the limit in bytes off: the server writes nothing before the end;
    /// - `max_partitions_per_insert_block=1`: ClickHouse rejects a batch that was cut wrongly instead of writing two
    ///   parts;
    /// - `max_threads=1` and `max_insert_threads=1`: one stream of blocks, in the order of the rows;
    /// - `async_insert=0`: newer versions by default combine small inserts of many clients into one part;
    /// - `insert_deduplicate=1` with the token: the server drops a repeated insert.
    ///
    /// The server requires a unique query id for each attempt. The id and `log_comment` begin with {@link
    /// #queryIdPrefix}, by which a successor recognizes a running insert.
    private static InsertSettings settings(String database, String token) {
        String id = "sink:" + database + ':' + token + ':' + UUID.randomUUID();
        return new InsertSettings().setQueryId(id).logComment(id).setDeduplicationToken(token)
                .serverSetting("max_insert_block_size", ROWS_OF_A_BLOCK)
                .serverSetting("input_format_max_block_size_bytes", "0")
                .serverSetting("min_insert_block_size_rows", ROWS_OF_A_BLOCK)
                .serverSetting("min_insert_block_size_bytes", "0")
                .serverSetting("max_partitions_per_insert_block", "1").serverSetting("max_threads", "1")
                .serverSetting("max_insert_threads", "1").serverSetting("async_insert", "0")
                .serverSetting("insert_deduplicate", "1");
    }

    private static WriteOutcome outcomeOf(ExecutionException e) {
        if (RowErrors.has(e, SUPERSEDED, NO_CLAIM)) {
            return new WriteOutcome.Superseded();
        }
        OptionalInt code = RowErrors.codeIn(e);
        return code.isPresent() ? new WriteOutcome.Rejected(code.getAsInt(), e) : new WriteOutcome.Failed(e);
    }
}
