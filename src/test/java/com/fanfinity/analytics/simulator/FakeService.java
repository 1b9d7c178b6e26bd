package com.fanfinity.analytics.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// An HTTP server with scripted responses.
final class FakeService implements AutoCloseable {
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    record Request(int number, String path, String body, Optional<String> authorization) {
        List<String> events() {
            return body.lines().toList();
        }
    }

    record Reply(int status, String body, Map<String, String> headers) {
        static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }

        static Reply accepted() {
            return of(202, "{}");
        }
    }

    FakeService(Function<Request, Reply> replies) throws IOException {
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, replies));
        server.start();
    }

    private void answer(HttpExchange exchange, Function<Request, Reply> replies) throws IOException {
        try (exchange) {
            Request request = note(exchange);
            Reply reply = replies.apply(request);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Request note(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        Optional<String> authorization = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
        var request = new Request(requests.size(), exchange.getRequestURI().getPath(), body, authorization);
        requests.add(request);
        return request;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    ServiceTarget target() {
        return new ServiceTarget(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Optional.empty());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
