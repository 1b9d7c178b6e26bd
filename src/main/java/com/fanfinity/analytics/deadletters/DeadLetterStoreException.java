package com.fanfinity.analytics.deadletters;

/// The store does not respond or fails. A retry may succeed.
final class DeadLetterStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    DeadLetterStoreException(Throwable cause) {
        super(cause);
    }
}
