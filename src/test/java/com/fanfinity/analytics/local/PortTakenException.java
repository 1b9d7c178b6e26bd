package com.fanfinity.analytics.local;

/// Another process listens on the port of a part.
final class PortTakenException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortTakenException(String part, int port) {
        super("port " + port + " of " + part + " is taken by another process");
    }
}
