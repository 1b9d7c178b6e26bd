package com.fanfinity.analytics.sink;

import java.sql.SQLException;

import com.fanfinity.analytics.clickhouse.Schema;

/// After a failed insert, checks the server before the next insert is sent. The connection may lead to another server
/// now. Safe to use from any thread.
final class ServerGuard implements BatchWriter {

    private final BatchWriter writer;
    private final Schema schema;
    private volatile boolean failed;

    ServerGuard(BatchWriter writer, Schema schema) {
        this.writer = writer;
        this.schema = schema;
    }

    @Override
    public WriteOutcome insert(Batch batch, String token, Claim claim) throws InterruptedException {
        if (failed) {
            try {
                schema.checkServer();
                failed = false;
            } catch (SQLException | RuntimeException e) {
                return new WriteOutcome.Failed(e);
            }
        }
        WriteOutcome outcome = writer.insert(batch, token, claim);
        if (outcome instanceof WriteOutcome.Failed) {
            failed = true;
        }
        return outcome;
    }
}
