package com.fanfinity.analytics.clickhouse;

/// Text within a SQL statement.
public final class SqlText {

    private SqlText() {}

    /// The text as a literal. Kafka allows no quotes in topic names; the escape does not rely on that.
    public static String quoted(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
