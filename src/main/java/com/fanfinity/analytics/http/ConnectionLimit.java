package com.fanfinity.analytics.http;

import java.util.Arrays;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;

/// Bounds the number of open connections. When the bound is reached, the open connections get a shorter idle timeout,
/// so that further clients do not have to wait for the full one.
final class ConnectionLimit extends NetworkConnectionLimit implements Connection.Listener {

    private final Server server;
    private final long crowdedIdleMillis;
    private volatile boolean crowded;

    ConnectionLimit(int maxConnections, Server server, long crowdedIdleMillis) {
        super(maxConnections, server);
        this.server = server;
        this.crowdedIdleMillis = crowdedIdleMillis;
    }

    @Override
    protected void limit() {
        super.limit();
        crowded = true;
        Arrays.stream(server.getConnectors()).flatMap(connector -> connector.getConnectedEndPoints().stream())
                .forEach(this::shortenIdleTimeout);
    }

    @Override
    protected void unlimit() {
        super.unlimit();
        crowded = false;
    }

    /// The last connections before the bound are counted before they are open.
    @Override
    public void onOpened(Connection connection) {
        if (crowded) {
            shortenIdleTimeout(connection.getEndPoint());
        }
    }

    private void shortenIdleTimeout(EndPoint endPoint) {
        endPoint.setIdleTimeout(Math.min(endPoint.getIdleTimeout(), crowdedIdleMillis));
    }
}
