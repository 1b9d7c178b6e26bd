package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchSummary;
import com.fanfinity.analytics.event.RawJson;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.KeyMomentJson;
import com.fanfinity.analytics.pipeline.KeyMomentList;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.MinuteStats;
import com.fanfinity.analytics.pipeline.RecentEvents;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.Timeline.MinuteRow;

/// No answer exceeds 4 MiB, even with the longest legal input: ids of control characters, which take six bytes each in
/// JSON.
class AnswerSizeTest {
    private static final Instant KICK_OFF = Instant.parse("2020-01-01T00:00:00Z");
    private static final AnswerAge AGE = AnswerAge.historic(KICK_OFF, false);
    private static final String LONGEST_MATCH = "m".repeat(128);
    private static final int MIB = 1 << 20;

    private static MatchEvent longestEvent(int metadataBytes) {
        String metadata = "{\"a\":\"" + "x".repeat(metadataBytes - 8) + "\"}";
        return new MatchEvent(new UUID(-1, -1), LONGEST_MATCH, EventType.SECOND_YELLOW_CARD, KICK_OFF,
                Optional.of("\u0001".repeat(64)), Optional.of("\u0001".repeat(64)), Optional.of(metadata),
                MatchEvent.Detail.NONE);
    }

    private static Iterator<MinuteRow> minutes(Timeline shown, MinuteStats stats) {
        return LongStream.rangeClosed(shown.from(), shown.to()).mapToObj(minute -> new MinuteRow(minute, stats))
                .iterator();
    }

    private static Timeline timeline(int minutes) {
        MatchStats stats = StatsSamples.match(EventType.PASS, 0, KICK_OFF,
                KICK_OFF.plus(Duration.ofMinutes(minutes - 1L)));
        return Timeline.of(stats, Optional.empty(), Optional.empty());
    }

    /// Attack: 1,500 minutes of 64 teams, 38 MB. The answer was built in full for each client.
    @Test
    void timeline_largerThanTheLimit_is400WithTheMinutesThatFit() throws IOException {
        MinuteStats worst = StatsSamples.worstMinute();
        Timeline shown = timeline(1_500);

        Problem problem = assertThrows(ProblemException.class,
                () -> shown.answer(LONGEST_MATCH, minutes(shown, worst), AGE)).problem();

        assertEquals(400, problem.status());
        Matcher detail = Pattern.compile("(\\d+) minutes fit: request from=(\\S+) and to=([^ ,]+)")
                .matcher(problem.detail());
        assertTrue(detail.find(), problem.detail());
        MatchStats stats = StatsSamples.match(EventType.PASS, 0, KICK_OFF, KICK_OFF.plus(Duration.ofMinutes(1_499)));
        Timeline part = Timeline.of(stats, Optional.of(Instant.parse(detail.group(2))),
                Optional.of(Instant.parse(detail.group(3))));
        byte[] answer = part.answer(LONGEST_MATCH, minutes(part, worst), AGE);
        assertTrue(answer.length <= 4 * MIB && answer.length > 3 * MIB, answer.length + " bytes");
        assertEquals(Integer.parseInt(detail.group(1)), new ObjectMapper().readTree(answer).get("windows").size());
    }

    @Test
    void timeline_aWeekWithoutEventsInBetween_fits() {
        Timeline shown = timeline(Timeline.MAX_MINUTES);

        assertTrue(shown.answer(LONGEST_MATCH, Collections.emptyIterator(), AGE).length <= MIB);
    }

    @Test
    void events_longest_areCutAtTheLimitAndMarked() {
        byte[] event = Json.object(json -> EventCodec.writeMembers(json, longestEvent(EventRules.MAX_METADATA_BYTES)));
        List<byte[]> most = Collections.nCopies(RecentEvents.KEPT, event);

        EventsAnswer answer = EventsAnswer.of(LONGEST_MATCH, most, AGE);

        int bytes = Json.toBytes(answer).length;
        assertTrue(bytes <= 4 * MIB && bytes > 3 * MIB, bytes + " bytes");
        assertTrue(answer.truncated());
        assertFalse(EventsAnswer.of(LONGEST_MATCH, most.subList(0, 100), AGE).truncated());
    }

    @Test
    void moments_longest_fit() {
        String moment = KeyMomentJson.listItem(longestEvent(KeyMomentJson.MOST_METADATA_BYTES), true);
        KeyMomentList most = new KeyMomentList(Collections.nCopies(KeyMomentList.MOST, moment), true);

        assertTrue(Json.toBytes(MomentsAnswer.of(LONGEST_MATCH, most, AGE)).length <= 4 * MIB);
    }

    @Test
    void list_longestEntries_fits() {
        RawJson entry = new RawJson('"' + "x".repeat(MatchSummary.MAX_BYTES - 2) + '"');
        ListAnswer answer = new ListAnswer(IntStream.range(0, 500).mapToObj(_ -> entry).toList(), "c".repeat(256),
                false, true, KICK_OFF);

        assertTrue(Json.toBytes(answer).length <= 4 * MIB);
        assertEquals(MatchSummary.MAX_BYTES, entry.json().getBytes(UTF_8).length);
    }
}
