package com.fanfinity.analytics.lab.chaos;

import java.util.List;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Is told of what a {@link ChaosClient} sends, by several threads.
@FunctionalInterface
public interface Sent {

    /// Before any of them goes out for the first time.
    default void sending(List<EventJson> events) {}

    /// A request was answered with 202.
    ///
    /// @param first those of its events that had had no 202 before
    /// @param begun when the request was begun, by {@link System#nanoTime()}
    void accepted(List<EventJson> first, long begun);
}
