package com.fanfinity.analytics.stack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/// TCP ports on loopback.
public final class Ports {
    /// Below the range that Linux (32768) and macOS (49152) draw outgoing ports from. A client that retries a port of that
    /// range while its server is down may connect to itself, and then the server cannot come back.
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    private Ports() {}

    /// @return a port that nothing listened on a moment ago, and that no outgoing connection will be given
    public static int free() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port found between " + FIRST + " and " + LAST);
    }

    /// @return whether a server could listen on this port of 127.0.0.1 now
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
