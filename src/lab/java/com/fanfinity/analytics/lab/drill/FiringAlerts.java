package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// The alerts that Alertmanager inhibits in favour of another alert, and the alerts that fire in Prometheus.
final class FiringAlerts implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_NANOS = Duration.ofMillis(500).toNanos();

    /// @param source the alert that inhibits it
    record Inhibited(Instant at, String alert, String severity, String source) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final String alertmanager;
    private final String prometheus;
    private final List<Inhibited> kept = new ArrayList<>();
    private final Map<String, Instant> atPrometheus = new HashMap<>();
    private Set<String> present = new TreeSet<>();
    private volatile boolean stop;

    FiringAlerts(String alertmanager, String prometheus) {
        this.alertmanager = alertmanager;
        this.prometheus = prometheus;
        Thread.ofVirtual().start(this::watch);
    }

    synchronized Optional<Inhibited> first(String alert, Instant since) {
        return kept.stream().filter(it -> it.alert().equals(alert) && !it.at().isBefore(since)).findFirst();
    }

    synchronized Set<String> alertsSince(Instant since) {
        Set<String> alerts = new TreeSet<>();
        kept.stream().filter(it -> !it.at().isBefore(since)).forEach(it -> alerts.add(it.alert()));
        return alerts;
    }

    /// The alerts that fire in Prometheus now.
    synchronized Set<String> firing() {
        return new TreeSet<>(present);
    }

    /// The time since which the alert fires in Prometheus, if it does.
    synchronized Optional<Instant> firingSince(String alert) {
        return Optional.ofNullable(atPrometheus.get(alert));
    }

    private void watch() {
        while (!stop) {
            try {
                readAlertmanager();
            } catch (IOException _) {
                // try again in the next round
            } catch (InterruptedException _) {
                return;
            }
            try {
                readPrometheus();
            } catch (IOException _) {
                // try again in the next round
            } catch (InterruptedException _) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void readAlertmanager() throws IOException, InterruptedException {
        JsonNode alerts = get(alertmanager + "/api/v2/alerts");
        Map<String, String> names = new HashMap<>();
        alerts.forEach(it -> names.put(it.path("fingerprint").asText(), it.path("labels").path("alertname").asText()));
        for (JsonNode alert : alerts) {
            JsonNode by = alert.path("status").path("inhibitedBy");
            if (!by.isEmpty()) {
                keep(new Inhibited(Instant.now(), alert.path("labels").path("alertname").asText(),
                        alert.path("labels").path("severity").asText(),
                        names.getOrDefault(by.path(0).asText(), "?")));
            }
        }
    }

    private synchronized void keep(Inhibited one) {
        kept.add(one);
    }

    private void readPrometheus() throws IOException, InterruptedException {
        Set<String> now = new TreeSet<>();
        for (JsonNode alert : get(prometheus + "/api/v1/alerts").path("data").path("alerts")) {
            if (alert.path("state").asText().equals("firing")) {
                now.add(alert.path("labels").path("alertname").asText());
            }
        }
        synchronized (this) {
            present = now;
            atPrometheus.keySet().retainAll(now);
            now.forEach(it -> atPrometheus.putIfAbsent(it, Instant.now()));
        }
    }

    private JsonNode get(String url) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build(),
                        BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        stop = true;
        http.shutdownNow();
    }
}
