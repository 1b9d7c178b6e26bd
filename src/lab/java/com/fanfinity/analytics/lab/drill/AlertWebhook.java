package com.fanfinity.analytics.lab.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A webhook in place of pager, chat and mail, which keeps the notifications of each alert.
final class AlertWebhook implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// A change of one alert, over all its instances, partitions or reasons.
    ///
    /// @param firing false if all of them are resolved
    record Notice(Instant at, String alert, String severity, String receiver, boolean firing, String summary) {}

    private final HttpServer server;
    private final List<Notice> notices = new ArrayList<>();
    private final Map<String, Set<String>> firing = new HashMap<>();
    private final Set<String> refusing = ConcurrentHashMap.newKeySet();

    AlertWebhook() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The receiver returns 403 from now on, as for a revoked key.
    void refuse(String receiver) {
        refusing.add(receiver);
    }

    void accept(String receiver) {
        refusing.remove(receiver);
    }

    /// The first notification since then that the alert fires, or that it is resolved.
    synchronized Optional<Notice> first(String alert, boolean fires, Instant since) {
        return notices.stream()
                .filter(it -> it.alert().equals(alert) && it.firing() == fires && !it.at().isBefore(since)).findFirst();
    }

    /// The alerts with a firing notification since then.
    synchronized Set<String> alertsSince(Instant since) {
        Set<String> alerts = new TreeSet<>();
        notices.stream().filter(it -> it.firing() && !it.at().isBefore(since)).forEach(it -> alerts.add(it.alert()));
        return alerts;
    }

    /// The alerts whose last notification is firing.
    synchronized Set<String> open() {
        Set<String> open = new TreeSet<>();
        firing.forEach((alert, series) -> {
            if (!series.isEmpty()) {
                open.add(alert);
            }
        });
        return open;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String receiver = exchange.getRequestURI().getPath().substring(1);
            JsonNode message = JSON.readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            boolean refused = refusing.contains(receiver);
            if (!refused) {
                record(receiver, message);
            }
            exchange.sendResponseHeaders(refused ? 403 : 200, -1);
        }
    }

    private synchronized void record(String receiver, JsonNode message) {
        for (JsonNode alert : message.path("alerts")) {
            String name = alert.path("labels").path("alertname").asText();
            Set<String> series = firing.computeIfAbsent(name, _ -> new TreeSet<>());
            boolean before = !series.isEmpty();
            if (alert.path("status").asText().equals("firing")) {
                series.add(alert.path("fingerprint").asText());
            } else {
                series.remove(alert.path("fingerprint").asText());
            }
            if (before != !series.isEmpty()) {
                notices.add(new Notice(Instant.now(), name, alert.path("labels").path("severity").asText(), receiver,
                        !before,
                        alert.path("annotations").path("summary").asText()));
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
