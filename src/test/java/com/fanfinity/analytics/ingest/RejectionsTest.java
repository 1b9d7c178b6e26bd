package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.security.WriteAdmission;

/// The answer to a batch is bounded for any batch.
class RejectionsTest {
    private static final int MAX_ANSWER = 4 << 20;
    private static final EventIds IDS = new EventIds(java.time.Clock.systemUTC(), () -> 1);

    /// Each event has 32 unknown members: all faults are 20 times as long as the event.
    @Test
    void batch_manyFaultsOfSmallEvents_keepsTheFirstFaultOfEachIndex() throws IOException {
        String event = "{" + IntStream.range(0, 32).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","))
                + "}";

        byte[] answer = answer(event, 5_000);

        JsonNode json = new ObjectMapper().readTree(answer);
        assertTrue(json.get("truncated").asBoolean());
        assertEquals(5_000, json.get("rejected").size());
        for (int i = 0; i < 5_000; i++) {
            JsonNode rejected = json.get("rejected").get(i);
            assertEquals(i, rejected.get("index").asInt());
            assertEquals(1, rejected.get("errors").size());
            assertEquals("k0", rejected.get("errors").get(0).get("field").asText());
            assertEquals("unknown_field", rejected.get("errors").get(0).get("code").asText());
        }
    }

    /// Characters that JSON writes with 2, 3, 4 and 6 bytes, in an id, a field and a message.
    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "\\\"", "\\\\", "€", "𝄞", "\\u0001", "\\u202e", "\\n"})
    void batch_longestFaults_isAtMost4MiB(String character) {
        String text = character.repeat(200);
        String name = character.repeat(64);

        for (String event : List.of(
                "{\"eventId\":\"" + text + "\",\"x\":{\"" + name + "\":{\"" + name + "\":0,\"" + name + "\":0}}}",
                "{\"eventId\":\"" + text + "\",\"" + name + "\":0,\"" + name + "\":0}",
                "{\"eventId\":\"" + text
                        + "\",\"matchId\":\"m\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"eventType\":\""
                        + text + "\"}")) {
            byte[] answer = answer(event, 5_000);

            assertTrue(answer.length <= MAX_ANSWER, "length " + answer.length);
        }
    }

    @Test
    void maxCutBytes_of5000Events_fitInto4MiBWithTheRestOfTheAnswer() {
        int frame = 2 << 10;

        assertTrue(5_000L * (Rejections.MAX_CUT_BYTES + 1) + frame <= MAX_ANSWER);
        assertTrue(BatchResult.BYTES_OF_UNAVAILABLE < Rejections.MAX_CUT_BYTES, "an event is one or the other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\\\"", "𝄞", "\\u0001"})
    void cutEvent_isNeverLongerThanItsBound(String character) {
        String text = character.repeat(200);
        String event = "{\"eventId\":\"" + text + "\",\"x\":{\"" + character.repeat(64) + "\":{\"" + text + "\":0,\""
                + text + "\":0}}}";
        Rejections rejections = rejections(event, 5_000);

        rejections.truncate();

        assertTrue(rejections.length() <= 5_000 * (Rejections.MAX_CUT_BYTES + 1), "length " + rejections.length());
    }

    @Test
    void batch_answerJustUnderTheLimit_isWhole() throws IOException {
        String event = "{\"a\":0,\"b\":0}";
        int perEvent = rejections(event, 1_001).length() - rejections(event, 1_000).length();
        int fitting = ((1 << 20) - (4 << 10)) / perEvent;

        JsonNode whole = new ObjectMapper().readTree(answer(event, fitting));
        JsonNode cut = new ObjectMapper().readTree(answer(event, fitting + 50));

        assertFalse(whole.has("truncated"));
        assertTrue(whole.get("rejected").get(0).get("errors").size() > 1);
        assertTrue(cut.get("truncated").asBoolean());
        assertEquals(1, cut.get("rejected").get(0).get("errors").size());
    }

    /// The list and the events that Kafka did not take share the limit.
    @Test
    void batch_withManyUnavailableEvents_isCutByTheSumOfBoth() {
        String event = "{\"a\":0,\"b\":0}";
        int perEvent = rejections(event, 1_001).length() - rejections(event, 1_000).length();
        Rejections rejections = rejections(event, (1 << 20) * 9 / 10 / perEvent);

        BatchResult result = BatchResult.of(0, rejections, Collections.nCopies(4_000, 4_999),
                Collections.nCopies(4_000, new UUID(1, 2)));

        assertTrue(result.truncated());
        assertTrue(Json.toBytes(result).length <= MAX_ANSWER);
    }

    private static Rejections rejections(String event, int count) {
        return IncomingBatch.decode(new ArrayList<>(Collections.nCopies(count, event.getBytes(UTF_8))), Instant.now(),
                TestEvents.CODEC, IDS, WriteAdmission.UNLIMITED).rejections();
    }

    private static byte[] answer(String event, int count) {
        return Json.toBytes(BatchResult.of(0, rejections(event, count), List.of(), List.of()));
    }
}
