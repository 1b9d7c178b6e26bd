package com.fanfinity.analytics.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// The ledger of a running service: it adds up, it survives a kill, and it notices a row that is missing.
@Tag("slow")
class LedgerIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("ledger",
                Map.of("LEDGER_INTERVAL", "1s", "KAFKA_PARTITIONS", Stack.FEW, ServiceProcess.MEASURED, "yes"));
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    private static JsonNode ledger() throws IOException, InterruptedException {
        return api.get("/api/ledger").json();
    }

    private static void post(EventJson event) throws IOException, InterruptedException {
        assertEquals(202, api.postEvent(event.json()).status());
    }

    /// The totals once nothing is in flight.
    private static JsonNode settled() throws IOException, InterruptedException {
        Await.until(SETTLE, "the ledger is balanced and nothing is in flight", () -> {
            JsonNode ledger = ledger();
            return ledger.path("status").asText().equals("balanced") && ledger.path("complete").asBoolean()
                    && ledger.at("/totals/inFlight").asLong() == 0
                    && ledger.at("/totals/deadStored").asLong() == ledger.at("/totals/dead").asLong();
        });
        return ledger().required("totals");
    }

    private static void awaitStored(long events) {
        Await.until(SETTLE, events + " events stored and the ledger balanced", () -> {
            JsonNode ledger = ledger();
            return ledger.path("status").asText().equals("balanced") && ledger.path("complete").asBoolean()
                    && ledger.at("/totals/stored").asLong() == events;
        });
    }

    @Test
    void ledger_eventsRepeatsAndDeadLetters_addsUpAlsoAfterAKill() throws Exception {
        JsonNode before = settled();
        long stored = before.required("stored").asLong();
        for (int i = 0; i < 200; i++) {
            post(EventJson.of("ledger-" + i % 20, "reaction", i));
        }
        post(EventJson.of("ledger-0", "reaction", 0));
        stack.service().kill();
        stack.service().restart();
        post(EventJson.of("ledger-1", "reaction", 1));
        Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("match-events", "ledger-0", "no JSON")).get();
        }

        awaitStored(stored + 200);
        Await.until(SETTLE, "all is in the ledger", () -> {
            JsonNode now = ledger().path("totals");
            return grown(before, now, "received") == 203 && grown(before, now, "accepted") == 200
                    && grown(before, now, "duplicate") == 2
                    && grown(before, now, "dead") == 1 && grown(before, now, "counted") == 200
                    && now.path("inFlight").asLong() == 0
                    && grown(before, now, "deadStored") == 1;
        });
        assertTrue(api.get("/metrics").body().lines()
                .anyMatch(line -> line.startsWith("ledger_events{") && line.contains("accepted")));
    }

    private static long grown(JsonNode before, JsonNode now, String field) {
        return now.required(field).asLong() - before.required(field).asLong();
    }

    /// A deleted row and a doubled row are both reported. After the repair, the ledger balances again.
    @Test
    void ledger_rowIsMissingOrDoubled_isReportedWithinSeconds() throws Exception {
        JsonNode before = settled();
        EventJson event = EventJson.of("tampered", "reaction", 1);
        post(event);
        post(EventJson.of("tampered", "reaction", 2));
        awaitStored(before.required("stored").asLong() + 2);
        String one = " FROM fanfinity.match_events WHERE match_id = 'tampered' AND event_id = '" + event.eventId()
                + "'";
        String[] place = api.rows("SELECT source_partition, accepted_number" + one).getFirst().split("\t", 2);
        api.rows("CREATE TABLE fanfinity.aside ENGINE = Memory AS SELECT *" + one);

        api.rows("DELETE" + one);
        Await.until(SETTLE, "the missing row is reported", () -> isReported("not in ClickHouse"));
        assertEquals(List.of(place[1] + "\t" + place[1]), api.rows(ofTheRunbook("SELECT previous + 1", place[0])));
        api.rows("INSERT INTO fanfinity.match_events SELECT * FROM fanfinity.aside");
        awaitStored(before.required("stored").asLong() + 2);
        api.rows("INSERT INTO fanfinity.match_events SELECT * FROM fanfinity.aside SETTINGS insert_deduplicate = 0");
        Await.until(SETTLE, "the doubled row is reported", () -> isReported("too many"));
        assertEquals(List.of(place[1] + "\t2"), api.rows(ofTheRunbook("SELECT accepted_number, count()", place[0])));
        Await.until(SETTLE, "the metric reports it",
                () -> api.get("/metrics").body().lines().anyMatch(line -> line.equals("ledger_discrepancies 1.0")));
        api.rows("OPTIMIZE TABLE fanfinity.match_events FINAL");
        awaitStored(before.required("stored").asLong() + 2);
    }

    /// The statement of the runbook, without its final semicolon.
    private static String ofTheRunbook(String begins, String partition) throws IOException {
        String runbook = Files.readString(ProjectDir.find().resolve("RUNBOOK.md"));
        int start = runbook.indexOf(begins);
        return runbook.substring(start, runbook.indexOf(';', start)).replace("source_partition = P",
                "source_partition = " + partition);
    }

    /// The commands that the runbook lists for the time after a deployment.
    @Test
    void runbook_commandsOfDeploy_answer() throws Exception {
        String runbook = Files.readString(ProjectDir.find().resolve("docs/operations/deploy.md"));
        int start = runbook.indexOf("```sh\n", runbook.indexOf("\n## Deploy\n")) + "```sh\n".length();
        List<String> commands = runbook.substring(start, runbook.indexOf("```", start)).lines()
                .filter(line -> !line.startsWith("#")).toList();
        assertEquals(3, commands.size());
        for (String command : commands) {
            Program.Result result = Program.find("sh").run(Duration.ofMinutes(1), ProjectDir.find(), "", "-c",
                    command.replace("HOST:8082", stack.service().url()));
            assertEquals(0, result.exitCode(), () -> command + ": " + result.output());
            assertTrue(result.output().contains("status"), () -> command + ": " + result.output());
        }
    }

    private static boolean isReported(String what) throws IOException, InterruptedException {
        JsonNode ledger = ledger();
        return ledger.path("status").asText().equals("discrepant")
                && ledger.path("discrepancies").toString().contains(what);
    }

    @Test
    void receipt_ofAnAcceptedEvent_isCountedThenStored() throws Exception {
        EventJson event = EventJson.of("receipt", "reaction", 7);
        Instant sent = Instant.now().minusMillis(1);
        post(event);

        JsonNode first = receipt("receipt", event.eventId()).json();

        assertTrue(first.required("counted").asBoolean(), first::toString);
        assertTrue(Instant.parse(first.required("acceptedAt").asText()).isAfter(sent.minusSeconds(1)), first::toString);
        Await.until(SETTLE, "the event is stored",
                () -> receipt("receipt", event.eventId()).json().path("stored").asBoolean());
        JsonNode last = receipt("receipt", event.eventId()).json();
        assertEquals("stored", last.required("status").asText());
        Instant storedAt = Instant.parse(last.required("storedAt").asText());
        Instant receivedAt = Instant.parse(last.required("receivedAt").asText());
        assertTrue(!receivedAt.isBefore(sent.minusMillis(1)) && !storedAt.isBefore(receivedAt.minusMillis(1)),
                last::toString);
    }

    @Test
    void receipt_ofARejectedRecord_hasTheReason() throws Exception {
        EventJson event = EventJson.of("dead-receipt", "reaction", 8);
        Map<String, Object> config = Map.of("bootstrap.servers", stack.kafka().bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("match-events", "another-key", event.json())).get();
        }

        Await.until(SETTLE, "the receipt of the rejected record exists",
                () -> receipt("dead-receipt", event.eventId()).status() == 200);

        JsonNode receipt = receipt("dead-receipt", event.eventId()).json();
        assertEquals("dead", receipt.required("status").asText());
        assertEquals("key_mismatch", receipt.at("/dead/reason").asText());
        assertTrue(receipt.at("/dead/deadLetterId").asText().startsWith("match-events-dead:"), receipt::toString);
    }

    @Test
    void receipt_ofNoEvent_is404AndOfNoUuid400() throws Exception {
        Await.until(SETTLE, "404", () -> receipt("receipt", UUID.randomUUID()).status() == 404);
        assertEquals(400, api.get("/api/matches/receipt/events/7").status());
    }

    private static ApiClient.Answer receipt(String matchId, UUID eventId) throws IOException, InterruptedException {
        return api.get("/api/matches/" + matchId + "/events/" + eventId);
    }
}
