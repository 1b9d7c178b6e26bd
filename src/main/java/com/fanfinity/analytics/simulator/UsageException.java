package com.fanfinity.analytics.simulator;

/// The user asked for something that cannot be done; the message is for them, and the exit status is 2.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
