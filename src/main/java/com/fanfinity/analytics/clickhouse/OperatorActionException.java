package com.fanfinity.analytics.clickhouse;

import java.sql.SQLException;

/// ClickHouse cannot be used as it is, and only an operator can change that. The message names what to do. It names no
/// host and quotes no row, so a health check may show it.
public final class OperatorActionException extends SQLException {
    private static final long serialVersionUID = 1L;

    public OperatorActionException(String message) {
        super(message);
    }
}
