package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A proxy in front of ClickHouse that forwards every request, except that it injects a fault into the next inserts.
final class FaultyClickHouse implements AutoCloseable {

    enum Fault {
        /// 500 without forwarding the insert, like a proxy without a backend.
        ERROR_INSTEAD,
        /// 500 after ClickHouse has stored the insert.
        ERROR_AFTER,
        /// The body reaches ClickHouse without its last bytes.
        TRUNCATED
    }

    private static final Set<String> HOP_BY_HOP = Set.of("connection", "content-length", "expect", "host", "upgrade",
            "transfer-encoding", "http2-settings", "date");

    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String target;
    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.ERROR_INSTEAD);
    private final AtomicInteger remaining = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicReference<String> parameter = new AtomicReference<>("");
    private final AtomicReference<UnaryOperator<String>> rewrite = new AtomicReference<>(UnaryOperator.identity());

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

    void failNext(int inserts, Fault how) {
        fault.set(how);
        failed.set(0);
        remaining.set(inserts);
    }

    /// Adds a setting to every request from now on.
    void addSetting(String name, String value) {
        parameter.set('&' + name + '=' + value);
    }

    /// Answers from now on as a server with this id that has run for an hour. The engine as a library has no id.
    void answerAs(UUID serverId) {
        rewrite.set(statement -> statement.contains("serverUUID()")
                ? statement.replace("serverUUID()", "'" + serverId + "'").replace("uptime()", "3600")
                : statement);
    }

    /// From now on every request gets 500.
    void goDown() {
        down.set(true);
    }

    /// Inserts with the fault so far.
    int failed() {
        return failed.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean insert = exchange.getRequestURI().getRawQuery() != null
                    && exchange.getRequestURI().getRawQuery().contains("insert_deduplication_token");
            if (down.get()) {
                failed.incrementAndGet();
                error(exchange);
            } else if (insert && remaining.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                failed.incrementAndGet();
                fail(exchange, body);
            } else if (insert) {
                respond(exchange, forward(exchange, body));
            } else {
                String statement = rewrite.get().apply(new String(body, UTF_8));
                respond(exchange, forward(exchange, statement.getBytes(UTF_8)));
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
            case TRUNCATED -> respond(exchange, forward(exchange, Arrays.copyOf(body, body.length - 7)));
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create(target + exchange.getRequestURI() + parameter.get())).method(
                        exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void respond(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        write(exchange, response.statusCode(), response.body());
    }

    private static void error(HttpExchange exchange) throws IOException {
        write(exchange, 500, "the backend is gone".getBytes(UTF_8));
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
