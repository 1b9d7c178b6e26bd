package com.fanfinity.analytics.sink;

/// Text within a SQL statement.
final class SqlText {

    private SqlText() {}

    /// The text as a literal. Kafka allows no quotes in topic names; the escape does not rely on that.
    static String quoted(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
