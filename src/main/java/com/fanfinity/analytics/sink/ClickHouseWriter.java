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

/// Sends batches as RowBinary, so that each is one block: see {@link #settings}.
final class ClickHouseWriter implements BatchWriter {

    /// Larger than any batch can be (`SINK_BATCH_ROWS` ends at 500,000).
    private static final String ROWS_OF_A_BLOCK = "1048576";

    /// Errors of the server that are about the rows: they cannot be read as the table's columns, or break a constraint of it.
    /// Not 32 and 33, that bytes are missing: then the body broke off on its way, and whole it is taken.
    private static final Set<Integer> REFUSED = Set.of(6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 376, 441, 469, 691);

    private final ClickHouse clickHouse;

    ClickHouseWriter(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /// What query ids and log comments of a partition's inserts begin with.
    static String mark(String database, String topic, int partition) {
        return "sink:" + database + ':' + topic + '-' + partition + '-';
    }

    @Override
    public WriteOutcome insert(Batch batch, String token) throws InterruptedException {
        try {
            clickHouse.insert(batch.table().tableName(), batch.table().columns(), bytes(batch.rows()),
                    settings(clickHouse.database(), token));
            return new WriteOutcome.Acknowledged();
        } catch (ExecutionException e) {
            return judge(e);
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
    /// - `max_insert_block_size` (rows) above the largest batch and its twin in bytes off: the parser does not split;
    /// - `min_insert_block_size_rows` above that and its twin in bytes off: what the parser makes is not sent on before the end;
    /// - `max_partitions_per_insert_block=1`: if a batch were ever cut wrongly, ClickHouse refuses it instead of making two parts;
    /// - `async_insert=0`: newer versions gather small inserts of many clients by default, and would answer for a part that is not ours alone;
    /// - `insert_deduplicate=1` with the token: a repeated insert is dropped.
    ///
    /// The query id is unique for each try, as the server demands; it and `log_comment` begin with the {@link #mark} of the partition, by
    /// which a successor sees that the insert still runs.
    private static InsertSettings settings(String database, String token) {
        String id = "sink:" + database + ':' + token + ':' + UUID.randomUUID();
        return new InsertSettings().setQueryId(id).logComment(id).setDeduplicationToken(token)
                .serverSetting("max_insert_block_size", ROWS_OF_A_BLOCK).serverSetting("input_format_max_block_size_bytes", "0")
                .serverSetting("min_insert_block_size_rows", ROWS_OF_A_BLOCK).serverSetting("min_insert_block_size_bytes", "0")
                .serverSetting("max_partitions_per_insert_block", "1").serverSetting("async_insert", "0")
                .serverSetting("insert_deduplicate", "1");
    }

    /// Only the server's word on the rows is certain.
    private static WriteOutcome judge(ExecutionException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server && REFUSED.contains(server.getCode())) {
                return new WriteOutcome.Poison(server.getCode(), e);
            }
        }
        return new WriteOutcome.Failed(e);
    }
}
