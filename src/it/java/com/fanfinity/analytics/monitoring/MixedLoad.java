package com.fanfinity.analytics.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Stack;

/// A mixed load: events, duplicates, batches, rejected events, dead letters, reads and viewers.
final class MixedLoad implements AutoCloseable {

    static final String MATCH = "dashboards-1";
    private static final List<String> TYPES = List.of("goal", "pass", "yellow_card", "shot", "foul", "red_card");
    private static final List<String> READS = List.of("/api/matches", "/api/matches/" + MATCH + "/metrics",
            "/api/matches/" + MATCH + "/timeline", "/api/ledger", "/health/ready", "/no/such/path");

    private final ApiClient api;
    private final KafkaProducer<byte[], byte[]> otherProducer;
    private final HttpClient viewers = HttpClient.newHttpClient();
    private final Map<String, CompletableFuture<HttpResponse<Void>>> following = new HashMap<>();
    private final String service;
    private int steps;

    MixedLoad(Stack stack) {
        api = stack.client();
        otherProducer = new KafkaProducer<>(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        service = stack.service().url();
    }

    /// Sends a few requests of each kind.
    void step() throws IOException, InterruptedException {
        String event = event(TYPES.get(steps % TYPES.size()), UUID.randomUUID().toString());
        api.postEvent(event);
        api.postEvent(event);
        api.postEvent("{\"matchId\":\"" + MATCH + "\"}");
        api.postBatch(Collections.nCopies(3, event(TYPES.get(steps % TYPES.size()), "")));
        var _ = otherProducer
                .send(new ProducerRecord<>("match-events", MATCH.getBytes(UTF_8), "not JSON".getBytes(UTF_8)));
        api.get(READS.get(steps % READS.size()));
        steps++;
        follow("/api/stream");
        follow("/api/matches/" + MATCH + "/stream");
    }

    /// Opens a stream, or opens it again if the service ended it, for example because the match was unknown.
    private void follow(String path) {
        var before = following.get(path);
        if (before == null || before.isDone()) {
            following.put(path, viewers.sendAsync(HttpRequest.newBuilder(URI.create(service + path)).build(),
                    BodyHandlers.discarding()));
        }
    }

    private static String event(String type, String eventId) {
        String id = eventId.isEmpty() ? "" : "\"eventId\":\"" + eventId + "\",";
        return "{%s\"matchId\":\"%s\",\"eventType\":\"%s\",\"teamId\":\"home\",\"playerId\":\"7\",\"timestamp\":\"%s\"}"
                .formatted(id,
                        MATCH, type,
                        Instant.now());
    }

    @Override
    public void close() {
        following.values().forEach(it -> it.cancel(true));
        viewers.shutdownNow();
        viewers.close();
        otherProducer.close();
        api.close();
    }
}
