package com.fanfinity.analytics.event;

import java.util.List;
import java.util.Optional;

/// The result of reading the bytes of an event.
public sealed interface Decoded {

    /// An event that keeps every rule.
    ///
    /// @param idGiven whether the client sent an `eventId`; if not, the service generated one that is not in the bytes
    record Valid(MatchEvent event, boolean idGiven) implements Decoded {}

    /// The bytes are not a valid event. The faults are in the order of the fields.
    ///
    /// @param eventId the identity as the client wrote it; empty if it is missing or not a UUID
    record Invalid(List<Fault> faults, Optional<String> eventId) implements Decoded {
        public Invalid {
            faults = List.copyOf(faults);
            if (faults.isEmpty()) {
                throw new IllegalArgumentException("faults is empty");
            }
        }
    }
}
