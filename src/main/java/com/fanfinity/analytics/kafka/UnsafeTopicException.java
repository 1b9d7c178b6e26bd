package com.fanfinity.analytics.kafka;

/// A setting of a topic breaks the promise of a 202, and an operator must change it before the service starts.
public final class UnsafeTopicException extends Exception {

    private static final long serialVersionUID = 1;

    private final String reason;

    /// @param reason names the topic and the setting
    UnsafeTopicException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
