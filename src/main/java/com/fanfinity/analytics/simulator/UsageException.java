package com.fanfinity.analytics.simulator;

/// Invalid arguments or settings. The message is for the user, and the exit status is 2.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
