package com.fanfinity.analytics.peers;

import java.util.HashSet;
import java.util.Set;

/// Remembers the nonces of recent requests, so that no request is accepted twice.
///
/// It keeps two generations. A generation ends after its lifetime, or earlier if it is full: memory stays bounded, and
/// only a caller that knows the secret can fill it.
final class RequestNonces {

    private final long lifetimeMillis;
    private final int maxNonces;
    private Set<String> current = new HashSet<>();
    private Set<String> previous = Set.of();
    private long startedAt;

    /// @param lifetimeMillis each nonce is remembered for at least this time, unless a generation is full
    /// @param maxNonces of one generation
    RequestNonces(long lifetimeMillis, int maxNonces) {
        this.lifetimeMillis = lifetimeMillis;
        this.maxNonces = maxNonces;
    }

    /// Adds a nonce.
    ///
    /// @return false if it was used before
    synchronized boolean use(String nonce, long now) {
        if (now - startedAt >= lifetimeMillis || current.size() >= maxNonces) {
            previous = current;
            current = new HashSet<>();
            startedAt = now;
        }
        return !previous.contains(nonce) && current.add(nonce);
    }
}
