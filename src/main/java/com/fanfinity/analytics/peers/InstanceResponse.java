package com.fanfinity.analytics.peers;

import java.time.Duration;
import java.util.Optional;

/// The response to a read, from this instance or from a peer. Its body is JSON; if the status is not 200, a problem
/// document.
public record InstanceResponse(int status, Optional<Duration> retryAfter, byte[] body) {

    /// A successful response.
    public static InstanceResponse json(byte[] body) {
        return new InstanceResponse(200, Optional.empty(), body);
    }
}
