package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.MatchMetrics.EventRate;
import com.fanfinity.analytics.stack.process.ProjectDir;

class PublishedRecordsTest {

    private static byte[] golden(String topic) {
        try {
            return Files.readString(ProjectDir.find().resolve("src/test/resources/golden/published-" + topic + ".json"))
                    .strip()
                    .getBytes(UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.getBytes(UTF_8), type).orElseThrow();
    }

    private static void assertRoundTrip(String topic, Class<?> type) {
        byte[] value = golden(topic);

        Object read = Json.read(value, type).orElseThrow();

        assertEquals(new String(value, UTF_8), Json.toText(read));
    }

    @Test
    void publishedValues_readAndWritten_areUnchanged() {
        assertRoundTrip("match-stats", MatchMetrics.class);
        assertRoundTrip("match-minutes", MatchMinute.class);
        assertRoundTrip("match-moments", KeyMoment.class);
    }

    @Test
    void metrics_ofAnotherVersion_areRead() {
        MatchMetrics metrics = read("{\"added\":{\"later\":[1]},\"matchId\":\"m\",\"status\":\"live\",\"version\":3}",
                MatchMetrics.class);

        assertEquals("m", metrics.matchId());
        assertEquals("live", metrics.status());
        assertEquals(3, metrics.version());
        assertEquals(0, metrics.totalEvents());
        assertEquals(Map.of(), metrics.score());
        assertEquals(List.of(), metrics.peakPeriods());
        assertEquals(EventRate.NONE, metrics.eventsPerMinute());
        assertNull(metrics.lastActivityAt());
    }

    @Test
    void values_withoutIdentity_areNotRead() {
        for (String json : List.of("", "7", "[]", "{", "{\"status\":\"live\",\"version\":3}",
                "{\"matchId\":7,\"version\":3}",
                "{\"matchId\":\"m\",\"status\":\"live\",\"lastActivityAt\":\"noon\"}")) {
            assertEquals(Optional.empty(), Json.read(json.getBytes(UTF_8), MatchMetrics.class), json);
        }
        assertEquals(Optional.empty(),
                Json.read("{\"matchId\":\"m\",\"events\":1}".getBytes(UTF_8), MatchMinute.class));
        assertEquals(Optional.empty(), Json.read("{\"matchId\":\"m\"}".getBytes(UTF_8), KeyMoment.class));
    }

    @Test
    void source_historicAnswer_isAMember() {
        Instant asOf = Instant.parse("2026-11-21T12:00:00.120999Z");

        assertEquals("{\"asOf\":\"2026-11-21T12:00:00.120Z\",\"stale\":true,\"source\":\"history\"}",
                Json.toText(AnswerAge.historic(asOf, true)));
        assertEquals("{\"asOf\":\"2026-11-21T12:00:00.120Z\",\"stale\":false}",
                Json.toText(AnswerAge.live(asOf, false)));
    }

    @Test
    void metadata_readAndWritten_keepsItsNumbers() {
        String json = "{\"eventId\":\"00000000-0000-0000-0000-000000000001\",\"matchId\":\"m\",\"eventType\":\"goal\","
                + "\"timestamp\":\"2026-11-21T12:00:00.000Z\",\"metadata\":{\"x\":1.50,\"y\":12345678901234567890,\"z\":[null,\"a\"]},"
                + "\"retracted\":false}";

        assertEquals(json, Json.toText(read(json, KeyMoment.class)));
    }
}
