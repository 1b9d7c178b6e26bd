package com.fanfinity.analytics.sink;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/// A load balancer in front of servers on loopback: it chooses a server for each connection.
final class LoadBalancer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<URI> servers;
    private final IntUnaryOperator choice;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    /// @param choice from the number of the connection to the index of a server
    LoadBalancer(List<String> urls, IntUnaryOperator choice) throws IOException {
        servers = urls.stream().map(URI::create).toList();
        this.choice = choice;
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        for (int connection = 0; !listener.isClosed(); connection++) {
            try {
                Socket client = listener.accept();
                clients.add(client);
                URI server = servers.get(choice.applyAsInt(connection));
                Thread.ofVirtual().start(() -> connect(client, server));
            } catch (IOException _) {
                return;
            }
        }
    }

    /// Ends all connections, so that each client makes new ones.
    void disconnectAll() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    private static void connect(Socket client, URI server) {
        try (client; Socket upstream = new Socket(server.getHost(), server.getPort())) {
            Thread.ofVirtual().start(() -> copy(client, upstream));
            copy(upstream, client);
        } catch (IOException _) {
            // the client sees a closed connection
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // the other direction closes the connection
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
