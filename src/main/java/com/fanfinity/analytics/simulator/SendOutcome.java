package com.fanfinity.analytics.simulator;

import java.util.List;

/// The outcome of one [EventSender#send(List)] over all attempts.
sealed interface SendOutcome {

    /// Events that the service acknowledged.
    int accepted();

    /// Events that the service rejected as invalid. They are not sent again.
    List<Rejection> rejections();

    /// The service answered for every event.
    record Completed(int accepted, List<Rejection> rejections) implements SendOutcome {
        public Completed {
            rejections = List.copyOf(rejections);
        }
    }

    /// All attempts failed for the events in `left`. The service may have accepted them: a connection can break after
    /// the write.
    record RetriesExhausted(int accepted, List<Rejection> rejections, List<WireEvent> left,
            String reason) implements SendOutcome {
        public RetriesExhausted {
            rejections = List.copyOf(rejections);
            left = List.copyOf(left);
        }
    }

    /// The service rejects the caller (wrong key or address), so a retry cannot help.
    record Aborted(int accepted, List<Rejection> rejections, List<WireEvent> left,
            String reason) implements SendOutcome {
        public Aborted {
            rejections = List.copyOf(rejections);
            left = List.copyOf(left);
        }
    }

    /// @param tag the tag of the event, see [WireEvent]
    /// @param reason the explanation of the service
    record Rejection(long tag, String reason) {}
}
