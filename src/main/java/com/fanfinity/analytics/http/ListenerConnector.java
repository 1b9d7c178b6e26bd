package com.fanfinity.analytics.http;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ArrayUtil;

import com.fanfinity.analytics.config.Settings;

/// The sockets of a listener, and the protocols on them.
final class ListenerConnector {

    /// A client counts its idle time from the moment at which it has the response, which is later than the server's.
    private static final Duration IDLE_MARGIN = Duration.ofSeconds(1);

    /// Java's default of 50 overflows when thousands of clients connect at once, and a client without a slot retries
    /// only after 1 s.
    private static final int ACCEPT_QUEUE = 1_024;

    /// The kernel doubles it, and reports room only when a third is free. With the kernel's own size of megabytes a
    /// client of 20 KiB/s would seem to take nothing for 40 s.
    private static final int SEND_BUFFER_BYTES = 32 << 10;

    private ListenerConnector() {}

    static ServerConnector of(Server server, HttpConfiguration http, Settings.Http settings,
            ListenerOptions options, Optional<Gate> gate) {
        ServerConnector connector = new ServerConnector(server, protocols(http, options, gate)) {
            @Override
            protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
                    SelectionKey key) {
                SocketChannelEndPoint endPoint = new MeasuredEndPoint(channel, selector, key, getScheduler());
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
        connector.setIdleTimeout(settings.idleTimeout().plus(IDLE_MARGIN).toMillis());
        return connector;
    }

    /// From the outermost protocol to HTTP. A header of the PROXY protocol is in front of TLS.
    private static ConnectionFactory[] protocols(HttpConfiguration http, ListenerOptions options, Optional<Gate> gate) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ConnectionFactory[] protocols = options.certificate()
                .map(certificate -> AbstractConnectionFactory.getFactories(certificate.factory(), plain))
                .orElseGet(() -> new ConnectionFactory[]{plain});
        return gate.filter(Gate::readsProxyProtocol).isPresent()
                ? ArrayUtil.prependToArray(new ProxyConnectionFactory(protocols[0].getProtocol()), protocols,
                        ConnectionFactory.class)
                : protocols;
    }
}
