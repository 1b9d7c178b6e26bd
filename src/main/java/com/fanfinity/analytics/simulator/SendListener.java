package com.fanfinity.analytics.simulator;

import java.time.Duration;

/// Receives every HTTP exchange. Called from several threads.
interface SendListener {
    SendListener NONE = new SendListener() {
    };

    /// A response arrived.
    default void answered(int status, int events, Duration latency) {}

    /// No response: the connection failed or the request timed out.
    default void failed(int events, String reason) {}

    /// The events will be sent again after `wait`.
    default void retrying(int events, String reason, Duration wait) {}
}
