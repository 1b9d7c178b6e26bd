package com.fanfinity.analytics.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Many clients that repeatedly send large batches at the same time and ignore `Retry-After`.
final class Flood implements AutoCloseable {

    private static final int CLIENTS = 32;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest request;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Queue<String> unlike503 = new ConcurrentLinkedQueue<>();

    Flood(String service) {
        request = HttpRequest.newBuilder(URI.create(service + "/api/events/batch"))
                .header("Content-Type", "application/x-ndjson")
                .timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofByteArray(BrokerFaultsIT.batch())).build();
        for (int client = 0; client < CLIENTS; client++) {
            Thread.ofVirtual().start(this::send);
        }
    }

    int answered() {
        return answered.get();
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /// The answers that were not 503 with `Retry-After`.
    List<String> unlike503() {
        return List.copyOf(unlike503);
    }

    private void send() {
        while (!stop.get()) {
            long started = System.nanoTime();
            try {
                HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
                if (response.statusCode() != 503 || response.headers().firstValue("Retry-After").isEmpty()) {
                    unlike503.add(response.toString());
                }
                answered.incrementAndGet();
                slowestNanos.accumulateAndGet(System.nanoTime() - started, Math::max);
            } catch (IOException e) {
                if (!stop.get()) {
                    unlike503.add(e.toString());
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    @Override
    public void close() {
        stop.set(true);
        http.close();
    }
}
