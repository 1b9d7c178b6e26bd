package com.fanfinity.analytics.deadletters;

/// The store does not answer, or not as it should. Asking again later may do.
final class DeadLetterStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    DeadLetterStoreException(Throwable cause) {
        super(cause);
    }
}
