package com.fanfinity.analytics.sink;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// Stands in front of ClickHouse, passes everything on, and treats a number of inserts in the way that it is told.
final class FaultyClickHouse implements AutoCloseable {

    enum Fault {
        /// 500 without the insert having been seen by ClickHouse, as from a proxy without a backend.
        ERROR_INSTEAD,
        /// 500 though ClickHouse has taken the insert.
        ERROR_AFTER,
        /// ClickHouse is given only a part of the rows' bytes, as when something between breaks the body off.
        BROKEN_OFF
    }

    private static final Set<String> OF_THE_CONNECTION = Set.of("connection", "content-length", "expect", "host", "upgrade",
            "transfer-encoding", "http2-settings", "date");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String target;
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.ERROR_INSTEAD);
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger met = new AtomicInteger();

    FaultyClickHouse(String url) throws IOException {
        target = url;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void next(int inserts, Fault how) {
        fault.set(how);
        met.set(0);
        left.set(inserts);
    }

    /// Inserts that met the fault.
    int met() {
        return met.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean insert = exchange.getRequestURI().getRawQuery() != null
                    && exchange.getRequestURI().getRawQuery().contains("insert_deduplication_token");
            if (insert && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                met.incrementAndGet();
                fail(exchange, body);
            } else {
                answer(exchange, forward(exchange, body));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        switch (fault.get()) {
            case ERROR_INSTEAD -> error(exchange);
            case ERROR_AFTER -> {
                forward(exchange, body);
                error(exchange);
            }
            case BROKEN_OFF -> answer(exchange, forward(exchange, Arrays.copyOf(body, body.length - 7)));
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI())).method(
                exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        write(exchange, response.statusCode(), response.body());
    }

    private static void error(HttpExchange exchange) throws IOException {
        write(exchange, 500, "the backend is gone".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
    }
}
