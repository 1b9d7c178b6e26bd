package com.fanfinity.analytics.simulator;

import java.time.Duration;

/// Hears of every single HTTP exchange. Called from several threads.
interface SendListener {
    SendListener NONE = new SendListener() {
    };

    /// An answer arrived.
    default void answered(int status, int events, Duration latency) {}

    /// No answer: the connection failed or the request timed out.
    default void failed(int events, String reason) {}

    /// `events` events are about to be sent again after `wait`.
    default void retrying(int events, String reason, Duration wait) {}
}
