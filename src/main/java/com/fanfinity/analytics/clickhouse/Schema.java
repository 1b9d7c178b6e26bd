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

    public synchronized void ensure() throws SQLException, Migrations.ChangedException {
        if (!applied) {
            migrations.apply();
            applied = true;
        }
    }
}
