package com.fanfinity.analytics.sink;

import java.sql.SQLException;

/// The migrations, applied when ClickHouse first answers: the service starts without it.
final class Schema {
    private final Migrations migrations;
    private volatile boolean applied;

    Schema(Migrations migrations) {
        this.migrations = migrations;
    }

    boolean isApplied() {
        return applied;
    }

    synchronized void ensure() throws SQLException, Migrations.ChangedException {
        if (!applied) {
            migrations.apply();
            applied = true;
        }
    }
}
