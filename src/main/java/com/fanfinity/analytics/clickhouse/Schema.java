package com.fanfinity.analytics.clickhouse;

import java.sql.SQLException;

/// Applies the migrations as soon as ClickHouse answers, because the service starts without it.
public final class Schema {
    private final Migrations migrations;
    private volatile boolean applied;

    public Schema(Migrations migrations) {
        this.migrations = migrations;
    }

    public boolean isApplied() {
        return applied;
    }

    /// Applies the migrations unless this was done before. Every partition calls this when it starts, so it checks the
    /// server each time: another connection may lead to another server.
    ///
    /// @throws OperatorActionException if the sink must not use the server
    public void ensure() throws SQLException, Migrations.ChangedException {
        if (applied) {
            checkServer();
        } else {
            applyOnce();
        }
    }

    private synchronized void applyOnce() throws SQLException, Migrations.ChangedException {
        if (!applied) {
            migrations.apply();
            applied = true;
        }
    }

    /// To be called after a failure, too.
    ///
    /// @throws OperatorActionException if the sink must not use the server
    public void checkServer() throws SQLException {
        migrations.checkServer();
    }
}
