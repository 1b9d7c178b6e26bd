package com.fanfinity.analytics.sink;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertSettings;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.rows.Row;

/// Sends batches as RowBinary, so that each is one block: see {@link #settings}.
final class ClickHouseWriter implements BatchWriter {

    /// Larger than any batch (`SINK_BATCH_ROWS` is at most 500,000).
    private static final String ROWS_OF_A_BLOCK = "1048576";

    /// The server's errors that concern the rows: they do not parse as the table's columns, or violate a constraint
    /// of it. 32 and 33 (missing bytes) are not among them: then the request body was cut off on its way, and a retry
    /// succeeds.
    private static final Set<Integer> ROW_ERRORS = Set.of(6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 376, 441,
            469,
            691);

    private final ClickHouse clickHouse;

    ClickHouseWriter(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /// The common beginning of the query ids and log comments of a partition's inserts.
    static String queryIdPrefix(String database, String topic, int partition) {
        return "sink:" + database + ':' + topic + '-' + partition + '-';
    }

    @Override
    public WriteOutcome insert(Batch batch, String token) throws InterruptedException {
        try {
            clickHouse.insert(batch.table().tableName(), batch.table().columns(), bytes(batch.rows()),
                    settings(clickHouse.database(), token));
            return new WriteOutcome.Acknowledged();
        } catch (ExecutionException e) {
            return outcomeOf(e);
        } catch (SQLException e) {
            return new WriteOutcome.Failed(e);
        }
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
                .serverSetting("max_partitions_per_insert_block", "1").serverSetting("async_insert", "0")
                .serverSetting("insert_deduplicate", "1");
    }

    /// Only an error of the server about the rows proves that they are not stored.
    private static WriteOutcome outcomeOf(ExecutionException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server && ROW_ERRORS.contains(server.getCode())) {
                return new WriteOutcome.Rejected(server.getCode(), e);
            }
        }
        return new WriteOutcome.Failed(e);
    }
}
