package com.fanfinity.analytics.peers;

import java.util.Optional;

/// The response to a read, from this instance or from a peer.
///
/// @param contentType empty if a peer sent none
/// @param retryAfter the header, in seconds
public record InstanceResponse(int status, String contentType, Optional<String> retryAfter, byte[] body) {

    /// A successful response with a JSON body.
    public static InstanceResponse json(byte[] body) {
        return new InstanceResponse(200, "application/json", Optional.empty(), body);
    }
}
