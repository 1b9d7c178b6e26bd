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

/// Who is told: the webhook that stands in for pager, chat and mail, and what it has been told of each alert.
final class Heard implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// One notification's word on one alert, whichever instances, partitions or reasons have it.
    ///
    /// @param firing false when the last of them is over
    record Notice(Instant at, String alert, String severity, String receiver, boolean firing, String summary) {}

    private final HttpServer server;
    private final List<Notice> notices = new ArrayList<>();
    private final Map<String, Set<String>> firing = new HashMap<>();
    private final Set<String> refusing = ConcurrentHashMap.newKeySet();

    Heard() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The receiver answers 403 from now on, as with a key that was revoked.
    void refuse(String receiver) {
        refusing.add(receiver);
    }

    void takeAgain(String receiver) {
        refusing.remove(receiver);
    }

    /// The first word since then that the alert fires, or that it is over.
    synchronized Optional<Notice> first(String alert, boolean fires, Instant since) {
        return notices.stream().filter(it -> it.alert().equals(alert) && it.firing() == fires && !it.at().isBefore(since)).findFirst();
    }

    /// The alerts that were told to fire since then.
    synchronized Set<String> alertsSince(Instant since) {
        Set<String> alerts = new TreeSet<>();
        notices.stream().filter(it -> it.firing() && !it.at().isBefore(since)).forEach(it -> alerts.add(it.alert()));
        return alerts;
    }

    /// The alerts of which the last word is that they fire.
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
                hear(receiver, message);
            }
            exchange.sendResponseHeaders(refused ? 403 : 200, -1);
        }
    }

    private synchronized void hear(String receiver, JsonNode message) {
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
                notices.add(new Notice(Instant.now(), name, alert.path("labels").path("severity").asText(), receiver, !before,
                        alert.path("annotations").path("summary").asText()));
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
