package com.fanfinity.analytics.http;

import java.time.Duration;
import java.util.OptionalLong;

import org.eclipse.jetty.io.Connection;

/// An open connection: whether it has a request in progress, and how long the headers of the next one take. Times are
/// nanoseconds of the monotonic clock.
final class OpenConnection {

    private final Connection connection;
    private int requests;
    private boolean served;
    private long idleSince;
    private long bytesWhenIdle;
    private OptionalLong headersSince = OptionalLong.empty();

    OpenConnection(Connection connection, long now) {
        this.connection = connection;
        idleSince = now;
    }

    Connection connection() {
        return connection;
    }

    synchronized void requestStarted() {
        requests++;
    }

    /// The next request may have started before this one has ended.
    synchronized void requestEnded(long now) {
        requests--;
        if (requests == 0) {
            served = true;
            idleSince = now;
            bytesWhenIdle = connection.getBytesIn();
            headersSince = OptionalLong.empty();
        }
    }

    /// Whether no request is in progress. Its headers may be arriving.
    synchronized boolean isIdle() {
        return requests == 0;
    }

    /// Whether {@link #areHeadersOverdue} has seen the first byte of headers.
    synchronized boolean areHeadersInProgress() {
        return headersSince.isPresent();
    }

    /// When the connection was accepted, or its last request ended.
    synchronized long idleSince() {
        return idleSince;
    }

    /// Looks for the first byte of headers. It is noticed only here, so this must be called often.
    ///
    /// @param afterFirstByte how long the headers may take
    /// @param afterAccept how long the headers of the first request may take, from the accept on
    /// @return whether the headers have taken longer
    synchronized boolean areHeadersOverdue(long now, Duration afterFirstByte, Duration afterAccept) {
        if (requests > 0) {
            return false;
        }
        if (!served && now - idleSince >= afterAccept.toNanos()) {
            return true;
        }
        if (headersSince.isEmpty() && connection.getBytesIn() > bytesWhenIdle) {
            headersSince = OptionalLong.of(now);
        }
        return headersSince.isPresent() && now - headersSince.getAsLong() >= afterFirstByte.toNanos();
    }
}
