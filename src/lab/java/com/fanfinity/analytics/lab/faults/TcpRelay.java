package com.fanfinity.analytics.lab.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.function.Supplier;

/// A relay in front of a server on loopback, whose forwarding a test controls.
public final class TcpRelay implements AutoCloseable {

    /// Decides for one connection. Each direction has its own thread.
    public interface Connection {
        /// Called with bytes from the client.
        default void sent(byte[] chunk, int length) {}

        /// Called with bytes from the server.
        ///
        /// @return whether to forward them; if not, both sides are closed
        default boolean answered(byte[] chunk, int length) {
            return true;
        }
    }

    private final ServerSocket server;
    private final URI target;
    private final Supplier<Connection> connections;

    /// @param port the port to listen on, 0 for any free port
    /// @param connections creates the decisions for each new connection
    public TcpRelay(int port, String url, Supplier<Connection> connections) throws IOException {
        this.target = URI.create(url);
        this.connections = connections;
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void relay(Socket client) {
        try (client; Socket upstream = new Socket(target.getHost(), target.getPort())) {
            Connection connection = connections.get();
            Thread requests = Thread.ofVirtual().start(() -> copy(client, upstream, (chunk, length) -> {
                connection.sent(chunk, length);
                return true;
            }));
            if (copy(upstream, client, connection::answered)) {
                requests.join();
            }
        } catch (IOException _) {
            // one side closed: close the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Gate {
        boolean passes(byte[] chunk, int length);
    }

    /// @return whether all bytes were forwarded
    private static boolean copy(Socket from, Socket to, Gate gate) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[1 << 16];
            for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
                if (!gate.passes(chunk, read)) {
                    return false;
                }
                out.write(chunk, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException _) {
            // the other direction closes the connection
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
