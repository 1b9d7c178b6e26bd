package com.fanfinity.analytics.clickhouse;

import java.sql.SQLException;

/// The migrations, applied when ClickHouse first answers: the service starts without it.
public final class Schema {
    private final Migrations migrations;
    private volatile boolean applied;

    public Schema(Migrations migrations) {
        this.migrations = migrations;
    }

    public boolean isApplied() {
        return applied;
    }

    public synchronized void ensure() throws SQLException, Migrations.ChangedException {
        if (!applied) {
            migrations.apply();
            applied = true;
        }
    }
}
