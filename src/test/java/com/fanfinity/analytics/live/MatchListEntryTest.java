package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchMetrics;
import com.fanfinity.analytics.event.MatchMetrics.ActiveSpan;
import com.fanfinity.analytics.event.MatchMetrics.EventRate;
import com.fanfinity.analytics.event.MatchMetrics.Team;
import com.fanfinity.analytics.event.MatchMetrics.Teams;
import com.fanfinity.analytics.event.MatchSummary;

/// Attack: 160 matches whose names and team ids are control characters made a first event of 5 MB, and the match-day
/// page gave up.
class MatchListEntryTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    private static MatchListEntry entry(String matchId, String idCharacter, int idLength, String nameCharacter) {
        String home = idCharacter.repeat(idLength - 1) + 'h';
        String away = idCharacter.repeat(idLength - 1) + 'a';
        String name = nameCharacter.repeat(256);
        Map<String, Long> scores = new TreeMap<>(Map.of(home, Long.MAX_VALUE, away, Long.MAX_VALUE));
        MatchMetrics metrics = new MatchMetrics(matchId, "scheduled", new Teams(new Team(home, name),
                new Team(away, name)), name, name, scores, scores, Long.MAX_VALUE, Map.of(), scores, 0, 0, 0, AT, AT,
                AT, new ActiveSpan(AT, AT, AT), new EventRate(Long.MAX_VALUE, 1234567890123456.5, Long.MAX_VALUE), null,
                List.of(), null, 0, 1, AnswerAge.live(AT, false));
        MatchListEntry entry = new MatchListEntry(matchId);
        entry.putMetrics(Json.toBytes(metrics));
        for (long minute = AT.getEpochSecond() / 60 - 40; minute <= AT.getEpochSecond() / 60; minute++) {
            entry.putMinute(new MinuteWindow(Instant.ofEpochSecond(minute * 60), Long.MAX_VALUE, Map.of(), Map.of()));
        }
        entry.addMoment(("{\"eventType\":\"period_start\",\"timestamp\":\"" + AT + "\",\"metadata\":{\"period\":\""
                + "\\u0001".repeat(20) + "\"}}").getBytes(UTF_8));
        assertTrue(entry.refresh());
        return entry;
    }

    @ParameterizedTest
    @CsvSource({"1,64,1", "1,32,1", "120,64,120", "28450,64,28450", "34,64,92"})
    void refresh_longestNamesAndIds_isAtMost4KiB(int idCharacter, int idLength, int nameCharacter) throws Exception {
        String name = Character.toString(nameCharacter);
        byte[] json = entry("m".repeat(128), Character.toString(idCharacter), idLength, name).summary();

        assertTrue(json.length <= MatchSummary.MAX_BYTES, json.length + " bytes");
        JsonNode read = new ObjectMapper().readTree(json);
        assertEquals("m".repeat(128), read.get("matchId").asText());
        assertTrue(read.get("teams").get("home").get("name").asText().startsWith(name));
    }

    @Test
    void refresh_ordinaryNames_areUnchanged() throws Exception {
        JsonNode read = new ObjectMapper().readTree(entry("m", "x", 64, "n").summary());

        assertEquals("x".repeat(63) + "h", read.get("teams").get("home").get("teamId").asText());
        assertEquals(2, read.get("score").size());
        assertEquals(2, read.get("shootout").size());
        assertTrue(read.get("venue").asText().endsWith("…"));
    }
}
