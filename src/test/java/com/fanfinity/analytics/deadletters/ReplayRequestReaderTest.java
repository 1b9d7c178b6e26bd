package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.deadletters.ReplayRequest.ByIds;
import com.fanfinity.analytics.deadletters.ReplayRequest.ByReason;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;

class ReplayRequestReaderTest {

    private static final DeadLetterPosition PLACE = new DeadLetterPosition(-5,
            new DeadLetterId("eu.match-events-dead", 11, 70));

    private static ReplayRequest read(String json) {
        return ReplayRequestReader.read(json.getBytes(UTF_8));
    }

    @Test
    void read_ids_areEachReadOnceInTheirOrder() {
        assertEquals(
                new ByIds(
                        List.of(new DeadLetterId("b", 0, 1), new DeadLetterId("a", 2147483647, 9223372036854775807L))),
                read("{\"ids\":[\"b:0:1\",\"a:2147483647:9223372036854775807\",\"b:0:1\"]}"));
    }

    @Test
    void read_reasonAlone_selectsAllTimesAndTheMaximum() {
        assertEquals(new ByReason(DeadReason.KEY_MISMATCH, TimeRange.ALWAYS, Optional.empty(), 1_000),
                read("{\"reason\":\"key_mismatch\"}"));
    }

    @Test
    void read_reasonWithEverything_isRead() {
        assertEquals(
                new ByReason(DeadReason.INVALID,
                        new TimeRange(Optional.of(Instant.parse("2026-11-21T10:00:00Z")),
                                Optional.of(Instant.parse("2026-11-21T10:30:00Z"))),
                        Optional.of(PLACE), 7),
                read("{\"reason\":\"invalid\",\"from\":\"2026-11-21T10:00:00Z\",\"to\":\"2026-11-21T12:30:00+02:00\",\"cursor\":\""
                        + PLACE.toCursor() + "\",\"limit\":7}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{}|$ required",
        "{\"ids\":[\"a:0:1\"],\"reason\":\"invalid\"}|$ format",
        "{\"ids\":[\"a:0:1\"],\"limit\":5}|$ format", "{\"ids\":[]}|ids length", "{\"ids\":\"a:0:1\"}|ids type",
        "{\"ids\":null}|ids type",
        "{\"ids\":[\"a:0:1\",\"a:0\",5,\"a:0:-1\",\"a:99999999999:1\",\"a b:0:1\"]}|ids[1] format,ids[2] format,ids[3] format,ids[4] format,ids[5] format",
        "{\"reason\":\"INVALID\"}|reason format", "{\"reason\":5}|reason type", "{\"reason\":null}|reason type",
        "{\"from\":\"2026-11-21T10:00:00Z\"}|reason required", "{\"limit\":5}|reason required",
        "{\"reason\":\"invalid\",\"from\":\"2026-11-21\",\"to\":5,\"limit\":0}|from format,to type,limit format",
        "{\"reason\":\"invalid\",\"limit\":1001}|limit format", "{\"reason\":\"invalid\",\"limit\":1.0}|limit format",
        "{\"reason\":\"invalid\",\"limit\":99999999999}|limit format",
        "{\"reason\":\"invalid\",\"from\":\"2026-11-21T10:00:00Z\",\"to\":\"2026-11-21T10:00:00Z\"}|from format",
        "{\"reason\":\"invalid\",\"resaon\":1}|resaon unknown_field",
        "{\"id\":[\"a:0:1\"]}|id unknown_field,$ required"})
    void read_invalidFields_areReportedTogether(String json, String faults) {
        assertEquals(faults, faults(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{\"ids\":[\"a:0:1\"]}{}",
        "{\"ids\":[\"a:0:1\"],\"ids\":[\"a:0:2\"]}", "\u0000", "x"})
    void read_noJsonObject_is400(String json) {
        assertEquals(400, assertThrows(ProblemException.class, () -> read(json)).problem().status());
    }

    @Test
    void read_foreignCursor_is400() {
        for (String cursor : List.of("x", "", "MSAx", "%")) {
            assertEquals(400,
                    assertThrows(ProblemException.class,
                            () -> read("{\"reason\":\"invalid\",\"cursor\":\"" + cursor + "\"}"))
                            .problem().status());
        }
    }

    @Test
    void read_1000Ids_areAcceptedAndOneMoreIsNot() {
        assertFalse(faults(ids(1_001)).isEmpty());
        assertEquals(1_000, ((ByIds) read(ids(1_000))).ids().size());
    }

    @Test
    void cursor_roundTrips() {
        assertEquals(PLACE, DeadLetterPosition.ofCursor(PLACE.toCursor()));
    }

    private static String ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"a:0:" + i + '"')
                .collect(Collectors.joining(",", "{\"ids\":[", "]}"));
    }

    private static String faults(String json) {
        Problem problem = assertThrows(ProblemException.class, () -> read(json)).problem();
        assertEquals(400, problem.status());
        var errors = com.fanfinity.analytics.testing.Parsed.of(Json.toBytes(problem.members().orElseThrow()))
                .get("errors");
        return errors.valueStream().map(error -> error.get("field").asText() + ' ' + error.get("code").asText())
                .collect(Collectors.joining(","));
    }
}
