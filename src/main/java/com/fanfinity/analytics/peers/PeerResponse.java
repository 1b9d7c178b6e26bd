package com.fanfinity.analytics.peers;

import java.util.Optional;

/// What another instance answered.
///
/// @param contentType empty if it said none
/// @param retryAfter as it said it
public record PeerResponse(int status, String contentType, Optional<String> retryAfter, byte[] body) {}
