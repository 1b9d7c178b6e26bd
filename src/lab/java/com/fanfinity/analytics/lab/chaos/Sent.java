package com.fanfinity.analytics.lab.chaos;

import java.util.List;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Listener of a [ChaosClient]. Several threads call it.
@FunctionalInterface
public interface Sent {

    /// Called before the first attempt to send these events.
    default void sending(List<EventJson> events) {}

    /// Called after a 202.
    ///
    /// @param first the events of the request with their first 202
    /// @param begun the start of the request, by [System#nanoTime()]
    void accepted(List<EventJson> first, long begun);
}
