package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.pipeline.MatchStats;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.Timeline.MinuteRow;

class TimelineTest {
    private static final Instant FIRST = Instant.parse("2018-07-15T15:00:30Z");
    private static final Instant LAST = Instant.parse("2018-07-15T15:09:59.999Z");
    private static final long MINUTE = Instant.parse("2018-07-15T15:00:00Z").getEpochSecond() / 60;

    @ParameterizedTest
    @CsvSource({",,0,9", "15:02:00,,2,9", "15:02:59.999,,2,9", ",15:05:00,0,4", ",15:05:00.001,0,5", ",15:05:59,0,5",
        "15:02:00,15:02:00.001,2,2",
        "14:00:00,16:00:00,0,9", "15:09:59.999,,9,9"})
    void of_bounds_showTheMinutesThatTheyTouch(String from, String to, long first, long last) {
        Timeline shown = Timeline.of(stats(FIRST, LAST), time(from), time(to));

        assertEquals(new Timeline(MINUTE + first, MINUTE + last, false), shown);
    }

    @ParameterizedTest
    @CsvSource({"15:10:00,", "16:00:00,17:00:00", ",15:00:00", "14:00:00,14:30:00"})
    void of_boundsBesideTheMatch_showNothing(String from, String to) throws IOException {
        Timeline shown = Timeline.of(stats(FIRST, LAST), time(from), time(to));

        assertEquals(0, written(shown, Map.of()).get("windows").size());
    }

    @ParameterizedTest
    @CsvSource({"15:05:00,15:05:00", "15:05:00,15:04:59.999", "16:00:00,14:00:00"})
    void of_reversedBounds_is400(String from, String to) {
        assertEquals(400, refusal(stats(FIRST, LAST), time(from), time(to)));
    }

    @Test
    void of_oneEvent_isOneMinute() {
        assertEquals(new Timeline(MINUTE, MINUTE, false),
                Timeline.of(stats(FIRST), Optional.empty(), Optional.empty()));
    }

    @Test
    void of_aWeek_isShownAndAMinuteMoreIsTruncatedAtItsBeginning() {
        Instant week = FIRST.plus(Duration.ofDays(7)).minus(Duration.ofMinutes(1));

        assertEquals(new Timeline(MINUTE, MINUTE + 10_079, false),
                Timeline.of(stats(FIRST, week), Optional.empty(), Optional.empty()));
        assertEquals(new Timeline(MINUTE + 1, MINUTE + 10_080, true),
                Timeline.of(stats(FIRST, week.plusSeconds(60)), Optional.empty(), Optional.empty()));
    }

    @Test
    void of_oneEventOfTheYearZero_showsTheLastWeekAndFromToTheRest() {
        Instant zero = Instant.parse("0000-01-01T00:00:00Z");
        MatchStats stats = stats(zero, LAST);

        assertEquals(new Timeline(MINUTE + 9 - 10_079, MINUTE + 9, true),
                Timeline.of(stats, Optional.empty(), Optional.empty()));
        assertEquals(zero.getEpochSecond() / 60,
                Timeline.of(stats, Optional.of(zero), Optional.of(zero.plusSeconds(1))).from());
        assertEquals(400, refusal(stats, Optional.of(zero), Optional.empty()));
        assertEquals(true, Timeline.of(stats, Optional.empty(), Optional.of(FIRST)).truncated());
    }

    /// Another producer may write any time ahead.
    @Test
    void of_oneEventOfTheYear9999_showsTheWeekOfTheMatch() {
        Instant[] times = new Instant[30];
        Arrays.fill(times, LAST);
        times[0] = FIRST;
        times[29] = Instant.parse("9999-12-31T23:59:59.999Z");

        Timeline shown = Timeline.of(stats(times), Optional.empty(), Optional.empty());

        assertEquals(new Timeline(MINUTE, MINUTE + 9, true), shown);
    }

    @Test
    void of_furthestPossibleBounds_showTheMatch() {
        assertEquals(new Timeline(MINUTE, MINUTE + 9, false),
                Timeline.of(stats(FIRST, LAST), Optional.of(Instant.parse("0000-01-01T00:00:00Z")),
                        Optional.of(Instant.parse("9999-12-31T23:59:59.999Z"))));
    }

    @Test
    void write_minutes_holdsEveryOneEmptyOnesToo() throws IOException {
        Timeline shown = Timeline.of(stats(FIRST, LAST), Optional.empty(), time("15:03:00"));

        JsonNode body = written(shown, Map.of(MINUTE, StatsSamples.minute(3), MINUTE + 2, StatsSamples.minute(1)));

        assertEquals("m", body.get("matchId").asText());
        assertEquals(60, body.get("windowSeconds").asInt());
        assertEquals(List.of("2018-07-15T15:00:00.000Z 3 {\"pass\":3} {\"4418\":3}", "2018-07-15T15:01:00.000Z 0 {} {}",
                "2018-07-15T15:02:00.000Z 1 {\"pass\":1} {\"4418\":1}"),
                body.get("windows").valueStream()
                        .map(window -> window.get("start").asText() + ' ' + window.get("events") + ' '
                                + window.get("byType")
                                + ' ' + window.get("byTeam"))
                        .toList());
    }

    private static JsonNode written(Timeline timeline, Map<Long, com.fanfinity.analytics.pipeline.MinuteStats> minutes)
            throws IOException {
        Iterator<MinuteRow> rows = new TreeMap<>(minutes).entrySet().stream()
                .map(minute -> new MinuteRow(minute.getKey(), minute.getValue())).iterator();
        return new ObjectMapper().readTree(timeline.answer("m", rows, AnswerAge.live(LAST, false)));
    }

    private static int refusal(MatchStats stats, Optional<Instant> from, Optional<Instant> to) {
        return assertThrows(ProblemException.class, () -> Timeline.of(stats, from, to)).problem().status();
    }

    private static MatchStats stats(Instant... times) {
        return StatsSamples.match(EventType.PASS, 0, times);
    }

    private static Optional<Instant> time(@org.jspecify.annotations.Nullable String ofDay) {
        return Optional.ofNullable(ofDay).map(text -> Instant.parse("2018-07-15T" + text + "Z"));
    }
}
