package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;

/// A fault on the network between the services and ClickHouse. It befalls the first request of its target after its
/// time, whichever service sends it.
///
/// @param at the time after the start of the load
/// @param target the requests that it can befall
/// @param lasts how long bytes are held or delayed; for a duplicate, the time until its delivery
/// @param share how much of the bytes passes before they are held or cut, from 0 to 1
record RelayFault(Duration at, RelayFaultKind kind, RelayFaultTarget target, Duration lasts,
        double share) {

    enum RelayFaultKind {
        /// A request, or its last part, is held and delivered later.
        HOLD,
        /// The same, and its sender is killed meanwhile.
        HOLD_AND_KILL,
        /// The same, and its sender is stopped meanwhile, for longer than its session.
        HOLD_AND_STOP,
        /// The answer is held, or its last part.
        HOLD_ANSWER,
        /// A request passes in small parts.
        SLOW,
        /// The connection is cut within a request.
        CUT_REQUEST,
        /// The connection is cut within an answer: its sender does not learn the outcome.
        CUT_ANSWER,
        /// A request is delivered twice, the second time on a connection of its own.
        DUPLICATE,
        /// Nothing passes between the sender of a request and ClickHouse.
        STALL
    }

    enum RelayFaultTarget {
        /// An INSERT of accepted events, whose rows are counted one by one.
        EVENTS,
        /// An INSERT of the sink into any table.
        INSERTS,
        /// Any other request.
        QUERIES
    }

    @Override
    public String toString() {
        return kind + (lasts.isZero() ? "" : " for %.1f s".formatted(lasts.toMillis() / 1e3)) + " after "
                + Math.round(share * 100) + " %";
    }
}
