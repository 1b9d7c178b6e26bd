package com.fanfinity.analytics.simulator;

import java.util.List;

/// What became of the events of one [EventSender#send(List)], all attempts together.
sealed interface SendOutcome {

    /// Events that the service acknowledged.
    int accepted();

    /// Events that the service found invalid. They are not sent again.
    List<Rejection> rejections();

    /// The service answered for every event.
    record Completed(int accepted, List<Rejection> rejections) implements SendOutcome {
        public Completed {
            rejections = List.copyOf(rejections);
        }
    }

    /// The attempts ran out before the service had answered for the `left` ones. They may have been taken: a connection can
    /// break after the service wrote them.
    record RetriesExhausted(int accepted, List<Rejection> rejections, List<WireEvent> left, String reason) implements SendOutcome {
        public RetriesExhausted {
            rejections = List.copyOf(rejections);
            left = List.copyOf(left);
        }
    }

    /// The service will not have the caller at all (wrong key, wrong address): trying on is of no use.
    record Aborted(int accepted, List<Rejection> rejections, List<WireEvent> left, String reason) implements SendOutcome {
        public Aborted {
            rejections = List.copyOf(rejections);
            left = List.copyOf(left);
        }
    }

    /// @param tag the tag of the event, see [WireEvent]
    /// @param reason what the service said, for a human
    record Rejection(long tag, String reason) {}
}
