package com.fanfinity.analytics.lab.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Supplier;

/// A relay in front of an HTTP server on loopback, whose forwarding a test controls.
///
/// It takes a request from its client as a whole before it forwards it. So it can deliver a request later although the
/// client has died meanwhile, as a network does with bytes that have left a machine. Answers pass as they come.
public final class TcpRelay implements AutoCloseable {

    /// Decides for one connection. Each direction has its own thread, so a method may wait. An exception cuts the
    /// connection on both sides.
    public interface Connection {
        /// Forwards a request.
        ///
        /// @param request all bytes of it; fewer if the client closed the connection within it
        /// @param server the connection to the server
        /// @param client the way back, for an answer that is not the server's
        default void request(byte[] request, OutputStream server, OutputStream client)
                throws IOException, InterruptedException {
            server.write(request);
        }

        /// Forwards some bytes of an answer.
        default void answer(byte[] bytes, OutputStream client) throws IOException, InterruptedException {
            client.write(bytes);
        }
    }

    private final ServerSocket listener;
    private final URI target;
    private final Supplier<Connection> connections;

    /// @param port the port to listen on, 0 for any free port
    /// @param url of the server
    /// @param connections creates the decisions for each new connection
    public TcpRelay(int port, String url, Supplier<Connection> connections) throws IOException {
        this.target = URI.create(url);
        this.connections = connections;
        listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /// Sends a request to the server on a connection of its own, and returns when the server has answered and closed
    /// it.
    ///
    /// @param answer receives the server's answer
    public void deliver(byte[] request, OutputStream answer) throws IOException {
        try (Socket server = connect()) {
            server.getOutputStream().write(request);
            server.shutdownOutput();
            server.getInputStream().transferTo(answer);
        }
    }

    private Socket connect() throws IOException {
        Socket server = new Socket(target.getHost(), target.getPort());
        server.setTcpNoDelay(true);
        return server;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void relay(Socket client) {
        try (client; Socket server = connect()) {
            client.setTcpNoDelay(true);
            Connection connection = connections.get();
            Thread requests = Thread.ofVirtual().start(() -> forwardRequests(client, server, connection));
            forwardAnswers(server, client, connection);
            requests.join();
        } catch (IOException _) {
            // one side closed, or a cut: close the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forwardRequests(Socket client, Socket server, Connection connection) {
        try {
            RequestReader requests = new RequestReader(client.getInputStream());
            OutputStream toServer = server.getOutputStream();
            for (byte[] request = requests.next(); request.length > 0; request = requests.next()) {
                connection.request(request, toServer, client.getOutputStream());
            }
            server.shutdownOutput();
        } catch (IOException | InterruptedException | RuntimeException _) {
            close(server);
            close(client);
        }
    }

    private static void forwardAnswers(Socket server, Socket client, Connection connection)
            throws IOException, InterruptedException {
        InputStream in = server.getInputStream();
        byte[] chunk = new byte[1 << 16];
        for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
            connection.answer(Arrays.copyOf(chunk, read), client.getOutputStream());
        }
        client.shutdownOutput();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed
        }
    }

    /// Accepts no more connections; open ones continue.
    @Override
    public void close() throws IOException {
        listener.close();
    }
}
