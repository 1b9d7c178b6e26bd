package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// An HTTP server that stores each complete body, and counts the requests that end prematurely.
public final class StoringServer implements AutoCloseable {

    public static final String ANSWER = "stored";

    private final HttpServer server;
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger cut = new AtomicInteger();

    public StoringServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::store);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The complete bodies in the order of their arrival.
    public List<String> bodies() {
        return List.copyOf(bodies);
    }

    /// The number of requests whose body ended prematurely.
    public int cut() {
        return cut.get();
    }

    private void store(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body;
            try {
                body = exchange.getRequestBody().readAllBytes();
            } catch (IOException e) {
                cut.incrementAndGet();
                throw e;
            }
            bodies.add(new String(body, ISO_8859_1));
            exchange.sendResponseHeaders(200, ANSWER.length());
            exchange.getResponseBody().write(ANSWER.getBytes(ISO_8859_1));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
