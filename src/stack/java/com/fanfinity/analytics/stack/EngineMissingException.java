package com.fanfinity.analytics.stack;

/// There is no ClickHouse engine on this machine, and `npm` did not install one.
public final class EngineMissingException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineMissingException(String message, Throwable cause) {
        super(message, cause);
    }

    EngineMissingException(String message) {
        super(message);
    }
}
