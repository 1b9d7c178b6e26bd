package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.ApiClient.Answer;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Replays another producer's invalid records until their events count once, with a real broker and a real ClickHouse.
@Tag("slow")
class DeadLettersIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String PATH = "/api/dead-letters";
    private static final String KEY = "an-admin-key-of-this-test";

    private static Stack stack;
    private static ApiClient api;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("dead-letters",
                Map.of("ADMIN_KEY", KEY, "KAFKA_PARTITIONS", Stack.FEW, ServiceProcess.MEASURED, "yes"));
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Await.until(SETTLE, "the tables are there",
                () -> api.rows("EXISTS fanfinity.dead_letter_replays").equals(List.of("1")));
    }

    @AfterAll
    static void stop() {
        producer.close();
        api.close();
        stack.close();
    }

    private static Answer get(String path) throws IOException, InterruptedException {
        return api.ask(path, request -> request.header("Authorization", "Bearer " + KEY).GET());
    }

    private static Answer replay(String body) throws IOException, InterruptedException {
        return api.ask(PATH + "/replay",
                request -> request.header("X-Api-Key", KEY).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    /// Writes a record as another producer would, and returns its position: `partition:offset`.
    private static String send(String key, byte[] value) throws ExecutionException, InterruptedException {
        var metadata = producer.send(new ProducerRecord<>("match-events", key.getBytes(UTF_8), value)).get();
        return metadata.partition() + ":" + metadata.offset();
    }

    /// The letter of the record at that position.
    private static JsonNode letter(String place) {
        return Await.until(SETTLE, "the letter of " + place + " is listed",
                () -> get(PATH + "?limit=500").json().get("letters")
                        .valueStream()
                        .filter(letter -> place.equals(
                                letter.at("/source/partition").asText() + ":" + letter.at("/source/offset").asText()))
                        .toList(),
                found -> found.size() == 1).getFirst();
    }

    private static String idOf(String place) {
        return letter(place).get("id").asText();
    }

    private static String ids(String... ids) {
        return "{\"ids\":[\"" + String.join("\",\"", ids) + "\"]}";
    }

    private static void assertCounted(String match, int events, int duplicates)
            throws IOException, InterruptedException {
        String path = "/api/matches/" + match + "/metrics";
        JsonNode metrics = Await.until(SETTLE, match + " has seen all", () -> api.get(path).json(),
                answer -> answer.path("totalEvents").asInt() + answer.path("duplicates").asInt() >= events
                        + duplicates);
        assertEquals(events, metrics.get("totalEvents").asInt(), metrics::toString);
        assertEquals(duplicates, metrics.get("duplicates").asInt(), metrics::toString);
        String sql = "SELECT count(), uniqExact(event_id) FROM fanfinity.match_events WHERE match_id = '" + match + "'";
        Await.until(SETTLE, match + " is stored once", () -> api.rows(sql).equals(List.of(events + "\t" + events)));
    }

    @Test
    void letters_ofAnotherProducer_areListedFilteredPagedAndShown() throws Exception {
        byte[] binary = {(byte) 0xC0, 0, '\'', '\\', 1};
        String broken = send("it's \\ a key", "no 'JSON' \\ at all \u20ac".getBytes(UTF_8));
        String bytes = send("m", binary);
        String invalid = send("listed", EventJson.of("listed", "gaol", 1).bytes());

        JsonNode first = get(PATH + "/" + idOf(broken)).json();
        JsonNode second = get(PATH + "/" + idOf(bytes)).json();

        assertEquals("no 'JSON' \\ at all \u20ac", first.get("raw").asText());
        assertEquals("it's \\ a key", first.get("key").asText());
        assertEquals("malformed", first.get("reason").asText());
        assertEquals("malformed", first.at("/headers/reason").asText());
        assertEquals("base64", second.get("rawEncoding").asText());
        assertEquals(binary.length, java.util.Base64.getDecoder().decode(second.get("raw").asText()).length);
        assertTrue(second.get("history").isEmpty());
        String id = idOf(invalid);
        JsonNode filtered = get(PATH + "?reason=invalid&limit=500").json();
        assertTrue(filtered.get("letters").valueStream()
                .allMatch(letter -> letter.get("reason").asText().equals("invalid")));
        assertTrue(filtered.get("letters").findValuesAsText("id").contains(id));
        assertTrue(filtered.at("/reasons/malformed").asInt() >= 2, filtered.get("reasons").toString());
        String at = letter(invalid).get("receivedAt").asText();
        assertTrue(get(PATH + "?limit=500&from=" + at).json().get("letters").findValuesAsText("id").contains(id));
        assertTrue(!get(PATH + "?limit=500&to=" + at).json().get("letters").findValuesAsText("id").contains(id));
        assertPagesCoverTheList();
    }

    private static void assertPagesCoverTheList() throws IOException, InterruptedException {
        List<String> all = get(PATH + "?limit=500").json().get("letters").findValuesAsText("id");
        List<String> paged = new ArrayList<>();
        JsonNode page = get(PATH + "?limit=1").json();
        paged.addAll(page.get("letters").findValuesAsText("id"));
        while (!page.get("nextCursor").isNull()) {
            page = get(PATH + "?limit=1&cursor=" + page.get("nextCursor").asText()).json();
            paged.addAll(page.get("letters").findValuesAsText("id"));
        }
        assertEquals(all, paged.subList(paged.size() - all.size(), paged.size()), "newest first, each once");
    }

    @Test
    void replay_wrongKey_countsOnceHoweverOftenItIsReplayed() throws Exception {
        String place = send("wrong", EventJson.of("replayed", "reaction", 1).bytes());
        String id = idOf(place);

        JsonNode first = replay(ids(id)).json();
        JsonNode second = replay(ids(id)).json();

        assertEquals(1, first.get("replayed").asInt(), first::toString);
        assertEquals(1, second.get("skipped").asInt(), second::toString);
        assertCounted("replayed", 1, 0);
        assertEquals("replayed", letter(place).at("/replay/outcome").asText());
        assertEquals(List.of("requested\tadmin", "replayed\tadmin"),
                api.rows("SELECT outcome, replayed_by FROM fanfinity.dead_letter_replays"
                        + " WHERE concat(kafka_topic, ':', toString(kafka_partition), ':', toString(kafka_offset)) = '"
                        + id
                        + "' ORDER BY at, outcome != 'requested'"));
        assertEquals(2, get(PATH + "/" + id).json().get("history").size());
        JsonNode byReason = replay("{\"reason\":\"key_mismatch\"}").json();
        assertTrue(!byReason.get("letters").findValuesAsText("id").contains(id), byReason::toString);
    }

    @Test
    void replay_sameLetterFromEightAtOnce_countsOnce() throws Exception {
        String place = send("wrong", EventJson.of("at-once", "reaction", 1).anonymous().getBytes(UTF_8));
        String id = idOf(place);

        List<CompletableFuture<JsonNode>> replays = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return replay(ids(id)).json();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new AssertionError(e);
                    }
                }, task -> Thread.ofVirtual().start(task))).toList();

        int published = replays.stream().mapToInt(replay -> replay.join().get("replayed").asInt()).sum();
        assertTrue(published >= 1, "replayed " + published + " times");
        assertCounted("at-once", 1, published - 1);
        String[] source = place.split(":", 2);
        assertEquals(
                List.of(EventIds.ofPlace("match-events", Integer.parseInt(source[0]), Long.parseLong(source[1]))
                        .toString()),
                api.rows("SELECT event_id FROM fanfinity.match_events WHERE match_id = 'at-once'"));
    }

    /// As after an outcome that could not be audited: the audit does not know the replay, the topology does.
    @Test
    void replay_auditLost_countsOnce() throws Exception {
        String id = idOf(send("wrong", EventJson.of("audit-lost", "reaction", 1).anonymous().getBytes(UTF_8)));
        replay(ids(id));
        assertCounted("audit-lost", 1, 0);
        api.rows("DELETE FROM fanfinity.dead_letter_replays WHERE match_id = 'audit-lost'");

        assertEquals(1, replay(ids(id)).json().get("replayed").asInt());

        assertCounted("audit-lost", 1, 1);
    }

    @Test
    void replay_stillInvalid_isRejectedWithItsFaultsAndTheRestContinues() throws Exception {
        String broken = idOf(send("by-reason", EventJson.of("by-reason", "gaol", 1).bytes()));
        String wrong = idOf(send("wrong", EventJson.of("by-reason", "reaction", 2).bytes()));

        JsonNode answer = replay(ids(broken, wrong, "match-events-dead:0:999999")).json();

        assertEquals("[1,0,1,0,0,1]",
                List.of("replayed", "skipped", "refused", "unavailable", "notReplayable", "notFound").stream()
                        .map(name -> answer.get(name).asText()).toList().toString().replace(" ", ""),
                answer::toString);
        assertEquals("eventType", answer.at("/letters/0/errors/0/field").asText());
        assertEquals("unknown_type", answer.at("/letters/0/errors/0/code").asText());
        assertCounted("by-reason", 1, 0);
        JsonNode byReason = replay("{\"reason\":\"invalid\"}").json();
        assertTrue(byReason.get("letters").findValuesAsText("id").contains(broken), byReason::toString);
        assertEquals(0, byReason.get("replayed").asInt());
        assertTrue(api.get("/metrics").body().contains("dead_letters_replayed_total{outcome=\"refused\"}"));
    }

    /// The statement of the runbook, unchanged.
    @Test
    void unstorable_rowOfAnEvent_isRestoredByTheRunbooksStatement() throws Exception {
        EventJson event = EventJson.of("brought-back", "goal", 1).team("4418")
                .metadata("{ \"minute\":38, \"x\":1e400}");
        api.rows(
                "INSERT INTO fanfinity.dead_letters (reason, detail, source_topic, source_partition, source_offset, "
                        + "key, raw, headers, received_at, kafka_topic, kafka_partition, kafka_offset, producer) "
                        + "SELECT 'unstorable', 'refused by ClickHouse for match_events',"
                        + " 'match-events-accepted', 900, 5, 'brought-back', '" + event.json()
                        + "', map(), now64(6), 'match-events-accepted', 900, 5, 'feed-1'");

        JsonNode receipt = receipt(event);
        assertTrue(receipt.get("counted").asBoolean(), receipt::toString);
        assertEquals("counted", receipt.get("status").asText());
        assertFalse(receipt.get("stored").asBoolean(), receipt::toString);
        assertEquals("unstorable", receipt.at("/dead/reason").asText());

        assertEquals(1, replay(ids("match-events-accepted:900:5")).json().get("notReplayable").asInt());
        api.rows(runbookStatement());
        api.rows(runbookStatement());

        assertEquals(List.of("goal\t4418\t{ \"minute\":38, \"x\":1e400}\t900\t5\t2026-11-21 12:00:00.000\tfeed-1"),
                api.rows("SELECT event_type, team_id, metadata, kafka_partition, kafka_offset, timestamp, producer "
                        + "FROM fanfinity.match_events"
                        + " WHERE match_id = 'brought-back'"));
    }

    /// The event has a row, like every accepted event, but no total contains it. A failed repeat of another event does
    /// not affect the receipt of that event.
    @Test
    void receipt_countingOfTheEventFailed_isDeadThoughStored() throws Exception {
        EventJson failed = EventJson.of("failed-in-counting", "reaction", 1)
                .metadata("{\"x\":[1e400,18446744073709551616]}");
        EventJson repeated = EventJson.of("failed-in-counting", "reaction", 2);
        for (EventJson event : List.of(failed, repeated)) {
            assertEquals(202, api.postEvent(event.json()).status());
            Await.until(SETTLE, "it is stored", () -> receipt(event).path("status").asText().equals("stored"));
        }

        failedInCounting(failed, 6, "received_at");
        failedInCounting(repeated, 7, "received_at + toIntervalMillisecond(1)");

        JsonNode receipt = receipt(failed);
        assertEquals("dead", receipt.get("status").asText(), receipt::toString);
        assertFalse(receipt.get("counted").asBoolean(), receipt::toString);
        assertTrue(receipt.get("stored").asBoolean(), receipt::toString);
        assertEquals("match-events-dead:900:6", receipt.at("/dead/deadLetterId").asText());
        assertEquals("stored", receipt(repeated).get("status").asText());
        assertTrue(receipt(repeated).get("counted").asBoolean());
    }

    /// For an event that has a row, inserts the letter that the topology writes if the counting step throws.
    private static void failedInCounting(EventJson event, int offset, String receivedAt)
            throws IOException, InterruptedException {
        api.rows(
                "INSERT INTO fanfinity.dead_letters (reason, detail, source_topic, source_partition, source_offset, "
                        + "key, raw, headers, received_at, kafka_topic, kafka_partition, kafka_offset) "
                        + "SELECT 'processing_failed', 'failed in the step aggregate',"
                        + " 'match-events', 900, " + offset + ", match_id, '" + event.json() + "', map(), " + receivedAt
                        + ", 'match-events-dead', 900, " + offset + " FROM fanfinity.match_events WHERE match_id = '"
                        + event.matchId()
                        + "' AND event_id = '" + event.eventId() + "'");
    }

    private static JsonNode receipt(EventJson event) throws IOException, InterruptedException {
        return api.get("/api/matches/" + event.matchId() + "/events/" + event.eventId()).json();
    }

    private static String runbookStatement() throws IOException {
        String runbook = Files.readString(ProjectDir.find().resolve(Path.of("docs/operations/replay-and-recount.md")));
        int start = runbook.indexOf("\nINSERT INTO fanfinity.match_events (");
        return runbook.substring(start, runbook.indexOf("```", start)).strip();
    }

    @Test
    void withoutTheKey_nothingIsRevealed() throws Exception {
        assertEquals(401, api.get(PATH).status());
        assertEquals(401, api.get(PATH + "/match-events-dead:0:0").status());
        assertEquals(401, api.post(PATH + "/replay", "application/json", "{\"reason\":\"invalid\"}").status());
        assertTrue(api.get("/metrics").body().contains(
                "http_errors_total{endpoint=\"/api/dead-letters\",error_type=\"unauthorized\",method=\"GET\"}"));
    }

    @Test
    void clickHouse_killed_is503AndNothingIsReplayedUntilItRuns() throws Exception {
        String id = idOf(send("wrong", EventJson.of("after-the-kill", "reaction", 1).bytes()));
        stack.clickHouse().kill();
        try {
            for (Answer answer : List.of(get(PATH), get(PATH + "/" + id), replay(ids(id)),
                    replay("{\"reason\":\"key_mismatch\"}"))) {
                assertEquals(503, answer.status(), answer.body());
                assertTrue(answer.json().get("detail").asText().contains("ClickHouse"), answer.body());
            }
            assertEquals(200, api.get("/health/ready").status());
        } finally {
            stack.clickHouse().restart();
        }

        Await.until(SETTLE, "it can be replayed", () -> replay(ids(id)).json().path("replayed").asInt() == 1);
        assertCounted("after-the-kill", 1, 0);
    }
}
