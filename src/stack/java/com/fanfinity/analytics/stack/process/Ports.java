package com.fanfinity.analytics.stack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/// TCP ports on loopback.
public final class Ports {
    /// Below the range of outgoing ports on Linux (32768) and macOS (49152). A client that retries a port of that range
    /// while its server is down may connect to itself, and the server then cannot start again.
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    private Ports() {}

    /// @return a port without a listener, outside the range of outgoing ports
    public static int free() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }

    /// @return whether a server could now listen on this port of 127.0.0.1
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(loopback(port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    public static InetSocketAddress loopback(int port) {
        try {
            // Not getLoopbackAddress(), which is ::1 where IPv6 is preferred.
            return new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
