package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A minimal HTTP server with keep-alive connections, so that almost all CPU of a request is the client's.
public final class TinyServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");

    private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    private final IntUnaryOperator answer;
    private final Bodies bodies;
    private int requests;

    /// Receives every body, from several threads.
    public interface Bodies {
        void accept(String json);
    }

    /// @param answer maps the number of the request, from 0, to its status; it may block; 0 closes the connection
    public TinyServer(IntUnaryOperator answer, Bodies bodies) throws IOException {
        this.answer = answer;
        this.bodies = bodies;
        Thread.ofVirtual().start(this::accept);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            byte[] buffer = new byte[8192];
            for (String body = read(socket.getInputStream(), buffer); body != null; body = read(socket.getInputStream(),
                    buffer)) {
                bodies.accept(body);
                int status = answer.applyAsInt(next());
                if (status == 0) {
                    return;
                }
                String head = "HTTP/1.1 " + status
                        + " X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
                socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            }
        } catch (IOException _) {
            // the client closed the connection
        }
    }

    private synchronized int next() {
        return requests++;
    }

    private static @Nullable String read(InputStream in, byte[] buffer) throws IOException {
        int length = 0;
        while (true) {
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                return null;
            }
            length += read;
            String text = new String(buffer, 0, length, ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            Matcher field = LENGTH.matcher(text);
            if (head > 0 && field.find() && length == head + 4 + Integer.parseInt(field.group(1))) {
                return text.substring(head + 4);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
