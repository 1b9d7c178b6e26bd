package com.fanfinity.analytics.lab.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.peers.PeerSignature;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;

/// Two instances, each with half of the matches: each answers for all matches, also after the other is killed.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RoutedReadsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MATCHES = 40;
    private static final int EVENTS = 3;

    private static Stack stack;
    private static List<ApiClient> instances;
    private static Instant allAcknowledged;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("routed", 2, Map.of(ServiceProcess.MEASURED, "yes"));
        instances = stack.serviceUrls().stream().map(url -> new ApiClient(url, stack.clickHouse().url())).toList();
        for (int match = 0; match < MATCHES; match++) {
            for (int event = 0; event < EVENTS; event++) {
                EventJson one = EventJson.of(match(match), "reaction", event);
                assertEquals(202, instances.get(event % 2).postEvent(one.json()).status());
            }
        }
        allAcknowledged = Instant.now();
    }

    @AfterAll
    static void stop() {
        instances.forEach(ApiClient::close);
        stack.close();
    }

    private static String match(int number) {
        return "routed-" + number;
    }

    private static Optional<JsonNode> metrics(ApiClient instance, int match) throws IOException, InterruptedException {
        ApiClient.Answer answer = instance.get("/api/matches/" + match(match) + "/metrics");
        return answer.status() == 200 ? Optional.of(answer.json()) : Optional.empty();
    }

    private static boolean isWhole(JsonNode body) {
        return body.required("totalEvents").asInt() == EVENTS
                && !Instant.parse(body.required("asOf").asText()).isBefore(allAcknowledged);
    }

    @Test
    @Order(1)
    void everyInstance_anyMatch_answers() {
        for (ApiClient instance : instances) {
            for (int match = 0; match < MATCHES; match++) {
                int number = match;
                JsonNode body = Await.until(SOON, "whole answer for match " + match, () -> metrics(instance, number),
                        found -> found.filter(RoutedReadsIT::isWhole).isPresent()).orElseThrow();
                assertFalse(body.required("stale").asBoolean(), body::toString);
            }
        }
        List<Integer> held = stack.services().stream()
                .map(service -> tasksOf(instances.get(stack.services().indexOf(service)))).toList();
        assertTrue(held.stream().allMatch(tasks -> tasks > 0), () -> "each holds some partitions: " + held);
    }

    private static int tasksOf(ApiClient instance) {
        try {
            return instance.get("/api/streams").json().required("threads").findValues("active").stream()
                    .mapToInt(JsonNode::size).sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Order(2)
    void everyInstance_pages_listAllMatches() throws Exception {
        for (ApiClient instance : instances) {
            List<String> listed = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = instance.get("/api/matches?limit=7" + cursor).json();
                assertTrue(page.required("complete").asBoolean(), page::toString);
                page.required("matches").forEach(match -> listed.add(match.required("matchId").asText()));
                cursor = page.required("nextCursor").isNull() ? "" : "&cursor=" + page.required("nextCursor").asText();
            } while (!cursor.isEmpty());
            assertEquals(MATCHES, listed.size());
            assertEquals(Set.copyOf(IntStream.range(0, MATCHES).mapToObj(RoutedReadsIT::match).toList()),
                    new HashSet<>(listed));
        }
    }

    @Test
    @Order(3)
    void everyInstance_unknownMatchOrEvent_returns404() throws Exception {
        for (ApiClient instance : instances) {
            for (int i = 0; i < 10; i++) {
                String unknown = "/api/matches/unknown-" + i;
                assertEquals(404, instance.get(unknown + "/metrics").status());
                assertEquals(unknown + "/timeline",
                        instance.get(unknown + "/timeline").json().required("instance").asText());
                String event = "/api/matches/" + match(i) + "/events/" + EventJson.idOf(i % EVENTS);
                assertEquals(200, instance.get(event).status());
                assertEquals(404, instance.get("/api/matches/" + match(i) + "/events/" + EventJson.idOf(99)).status());
                assertEquals(400, instance.get("/api/matches/" + match(i) + "/timeline?from=yesterday").status());
                assertEquals(EVENTS,
                        instance.get("/api/matches/" + match(i) + "/events").json().required("events").size());
                JsonNode moments = instance.get("/api/matches/" + match(i) + "/moments").json();
                assertEquals("[] false false",
                        moments.required("moments") + " " + moments.required("truncated") + ' '
                                + moments.required("stale"));
                assertEquals(404, instance.get(unknown + "/moments").status());
            }
        }
    }

    @Test
    @Order(4)
    void everyInstance_anyRequest_reportsTheOwnersOfPartitions() {
        Set<Integer> all = IntStream.range(0, 12).boxed().collect(Collectors.toSet());
        for (ApiClient instance : instances) {
            Await.until(SOON, "each partition is active once and standby once", () -> {
                JsonNode owners = instance.get("/api/streams").json().required("instances");
                return owners.size() == 2 && partitions(owners, "active").equals(all)
                        && partitions(owners, "standby").equals(all);
            });
        }
    }

    private static Set<Integer> partitions(JsonNode instances, String copy) {
        List<Integer> partitions = new ArrayList<>();
        instances.forEach(instance -> instance.required(copy).forEach(partition -> partitions.add(partition.asInt())));
        assertEquals(partitions.size(), Set.copyOf(partitions).size(), instances::toString);
        return Set.copyOf(partitions);
    }

    /// Uses the requests between instances: one instance has the active replica, the other a standby, which reports
    /// that it is stale.
    @Test
    @Order(5)
    void standby_read_isCompleteAndReportsStaleness() {
        for (int match = 0; match < MATCHES; match++) {
            String path = "/api/matches/" + match(match) + "/metrics";
            List<ApiClient.Answer> active = Await.until(SOON, "one instance has the active copy of match " + match,
                    () -> internally(path, "active"),
                    found -> found.stream().filter(answer -> answer.status() == 200).count() == 1);
            int standby = active.get(0).status() == 200 ? 1 : 0;
            Await.until(SOON, "the other has a whole standby of match " + match,
                    () -> internally(path, "standby").get(standby).json(),
                    body -> isWhole(body) && body.required("stale").asBoolean());
        }
    }

    private static List<ApiClient.Answer> internally(String path, String copy)
            throws IOException, InterruptedException {
        List<ApiClient.Answer> answers = new ArrayList<>();
        for (String url : stack.internalUrls()) {
            try (ApiClient peer = new ApiClient(url, stack.clickHouse().url())) {
                answers.add(peer.ask(path, request -> request
                        .header(PeerSignature.HEADER, Stack.peerSignature(url, path, copy))
                        .header("X-Copy", copy).GET()));
            }
        }
        return answers;
    }

    @Test
    @Order(6)
    void internalPort_withoutTheSecret_isRejected() throws Exception {
        for (String url : stack.internalUrls()) {
            for (String path : List.of("/api/matches/" + match(0) + "/metrics", "/internal/matches?partitions=0",
                    "/nothing")) {
                assertEquals(401, statusOf(url + path), path);
            }
        }
        assertEquals(404, instances.getFirst().get("/internal/matches?partitions=0").status(),
                "not on the clients' port");
    }

    /// Without [ApiClient], whose exchanges are those of openapi.yaml: the internal port is not part of it.
    private static int statusOf(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    /// Runs last, because the second instance stays dead.
    @Test
    @Order(7)
    void instance_killed_theOtherAnswersForEveryMatch() {
        Instant killed = Instant.now();
        stack.services().get(1).kill();
        for (int match = 0; match < MATCHES; match++) {
            int number = match;
            Await.until(SOON, "whole answer for match " + match, () -> metrics(instances.getFirst(), number),
                    found -> found.filter(RoutedReadsIT::isWhole).isPresent());
        }
        Await.until(SOON, "the list is whole and nothing is stale", () -> {
            JsonNode list = instances.getFirst().get("/api/matches").json();
            return list.required("complete").asBoolean() && !list.required("stale").asBoolean();
        });
        assertTrue(Duration.between(killed, Instant.now()).compareTo(Duration.ofSeconds(45)) < 0);
    }
}
