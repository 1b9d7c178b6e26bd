package com.fanfinity.analytics.peers;

/// What another instance answered.
///
/// @param contentType empty if it said none
public record Reply(int status, String contentType, byte[] body) {}
