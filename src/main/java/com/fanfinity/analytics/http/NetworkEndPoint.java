package com.fanfinity.analytics.http;

import java.io.IOException;
import java.net.StandardSocketOptions;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;

/// The socket below a connection. With TLS or the PROXY protocol other end points lie between them.
public final class NetworkEndPoint {

    private NetworkEndPoint() {}

    public static EndPoint below(EndPoint endPoint) {
        EndPoint lowest = endPoint;
        while (lowest instanceof EndPoint.Wrapper wrapper) {
            lowest = wrapper.unwrap();
        }
        return lowest;
    }

    /// Bounds the bytes that the kernel holds for a client that does not read. The kernel doubles the number.
    static void boundSendBuffer(EndPoint endPoint, int bytes) {
        if (below(endPoint) instanceof SocketChannelEndPoint socket) {
            try {
                socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, bytes);
            } catch (IOException _) {
                // the connection is closed, and the first write fails
            }
        }
    }

    /// Closes the socket at once: no goodbye of TLS waits for a client that does not read.
    static void close(EndPoint endPoint, Throwable reason) {
        below(endPoint).close(reason);
    }
}
