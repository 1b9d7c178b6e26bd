package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// Reads right after a 202.
class FreshReadsIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MATCHES = 40;

    private static Stack stack;
    private static ApiClient client;

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start("fresh-reads", Map.of("KAFKA_PARTITIONS", Stack.FEW));
        client = stack.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    private static String match() {
        return "fresh-" + UUID.randomUUID();
    }

    /// @return when the service has acknowledged the event, or earlier
    private static Instant post(String match) throws Exception {
        ApiClient.Answer answer = client.postEvent(EventJson.of(match, "pass", 1).team("A").json());
        assertEquals(202, answer.status(), answer::body);
        return Instant.parse(answer.json().required("receivedAt").asText());
    }

    private static List<String> ids(JsonNode list) {
        List<String> ids = new ArrayList<>();
        list.required("matches").forEach(match -> ids.add(match.required("matchId").asText()));
        return ids;
    }

    /// A list that lacks the match must report that it is older than the event.
    @Test
    void list_rightAfterA202_hasTheMatchOrIsOlder() throws Exception {
        for (int i = 0; i < MATCHES; i++) {
            String match = match();
            Instant acknowledged = post(match);
            JsonNode list = client.get("/api/matches?limit=500").json();

            assertTrue(
                    ids(list).contains(match)
                            || Instant.parse(list.required("asOf").asText()).isBefore(acknowledged),
                    () -> "event of " + acknowledged + ", list as of " + list.required("asOf"));
        }
        Await.until(SOON, "the first list after a 202 has the match", () -> {
            String match = match();
            post(match);
            return listed().contains(match);
        });
    }

    /// Reads of unknown matches share the readings of the log's end with those of new matches.
    @Test
    void metrics_amongReadsOfUnknownMatches_areNever404ForAnAcknowledgedEvent() throws Exception {
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> unknown = new ArrayList<>();
            for (int i = 0; i < MATCHES; i++) {
                unknown.add(others.submit(() -> client.get("/api/matches/" + match() + "/metrics").status()));
                String match = match();
                post(match);
                ApiClient.Answer answer = client.get("/api/matches/" + match + "/metrics");

                assertEquals(200, answer.status(), answer::body);
                assertEquals(1, answer.json().required("totalEvents").asInt());
            }
            for (Future<Integer> status : unknown) {
                assertEquals(404, status.get());
            }
        }
    }

    @Test
    void receipt_rightAfterA202_isKnown() throws Exception {
        for (int i = 0; i < MATCHES; i++) {
            String match = match();
            post(match);
            ApiClient.Answer answer = client.get("/api/matches/" + match + "/events/" + EventJson.idOf(1));

            assertEquals(200, answer.status(), answer::body);
        }
    }

    /// After partitions were added, or after a producer used another partitioner, the state of a match can lie on two
    /// partitions. Reads of the match find one of them.
    @Test
    void list_matchWithStateOnTwoPartitions_hasItOnce() throws Exception {
        String match = match();
        int partitions = Integer.parseInt(Stack.FEW);
        byte[] key = match.getBytes(UTF_8);
        int stray = (Utils.toPositive(Utils.murmur2(key)) + 1) % partitions;
        long before = received(stray);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.kafka().bootstrapServers()), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("match-events", stray, key,
                    EventJson.of(match, "pass", 2).team("A").bytes())).get();
        }
        Await.until(SOON, "the event on the other partition is processed", () -> received(stray) > before);
        post(match);
        Await.until(SOON, "the match is listed", () -> listed().contains(match));

        assertEquals(1, listed().stream().filter(match::equals).count());
    }

    private static List<String> listed() throws Exception {
        return ids(client.get("/api/matches?limit=500").json());
    }

    private static long received(int partition) throws Exception {
        return client.get("/api/ledger").json().required("partitions").required(partition).required("received")
                .asLong();
    }
}
