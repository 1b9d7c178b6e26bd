package com.fanfinity.analytics.event;

import java.util.List;
import java.util.Optional;

/// What the bytes of an event turned out to be.
public sealed interface Decoded {

    /// An event that keeps every rule.
    ///
    /// @param idGiven whether the client named the event; if not, its `eventId` was made here and is not in the bytes
    record Valid(MatchEvent event, boolean idGiven) implements Decoded {}

    /// Not an event: every fault found, in the order of the fields.
    ///
    /// @param eventId the identity as the client wrote it, if there was one that could be read
    record Invalid(List<Fault> faults, Optional<String> eventId) implements Decoded {
        public Invalid {
            faults = List.copyOf(faults);
            if (faults.isEmpty()) {
                throw new IllegalArgumentException("faults is empty");
            }
        }
    }
}
