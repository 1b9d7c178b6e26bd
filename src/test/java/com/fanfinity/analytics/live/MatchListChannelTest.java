package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class MatchListChannelTest {

    private static final Instant START = Instant.parse("2026-11-21T15:00:00Z");

    private final MatchListChannel day = new MatchListChannel(1);
    private long now;

    @Test
    void first_tellsAllMatchesLiveOnesFirst() {
        state("over", "ended", 100);
        state("quiet", "live", 50);
        state("hot", "live", 90);
        step();

        String first = first();

        assertTrue(first.startsWith("event: matches\n"), first);
        assertTrue(first.indexOf("\"hot\"") < first.indexOf("\"quiet\"") && first.indexOf("\"quiet\"") < first.indexOf("\"over\""), first);
        assertTrue(first.contains("\"complete\":true"), first);
    }

    @Test
    void after_tellsOnlyWhatChanged() {
        state("one", "live", 1);
        state("two", "live", 2);
        step();
        long seen = day.first(Optional.empty()).step();
        state("two", "live", 3);
        step();

        String told = text(day.after(seen).orElseThrow());

        assertTrue(told.startsWith("event: changed\n") && told.contains("\"two\"") && !told.contains("\"one\""), told);
        assertTrue(told.contains("\"complete\":true"), told);
    }

    @Test
    void after_moreStepsThanAreRemembered_tellsTheWholeList() {
        state("one", "live", 1);
        step();
        long seen = day.first(Optional.empty()).step();
        for (int n = 0; n < 20; n++) {
            state("two", "live", n);
            step();
        }

        String told = text(day.after(seen).orElseThrow());

        assertTrue(told.startsWith("event: matches\n") && told.contains("\"one\"") && told.contains("\"two\""), told);
        assertFalse(told.contains("event: changed"), told);
    }

    @Test
    void steps_areAtLeastASecondApart() {
        state("one", "live", 1);
        step();
        state("one", "live", 2);

        assertEquals(MatchListChannel.INTERVAL_MILLIS, day.dueIn(now));
    }

    @Test
    void removed_isTold() {
        state("one", "live", 1);
        state("two", "live", 2);
        step();
        long seen = day.first(Optional.empty()).step();
        day.remove("one");
        now += MatchListChannel.INTERVAL_MILLIS;
        assertTrue(day.dueIn(now) <= 0);
        step();

        assertEquals("event: removed\ndata: {\"matchIds\":[\"one\"]}\n\n", text(day.after(seen).orElseThrow()));
        assertFalse(first().contains("\"one\""));
    }

    @Test
    void list_isBounded() {
        for (int n = 0; n < MatchListChannel.MOST_LISTED + 10; n++) {
            state("match-" + n, "live", n);
        }
        step();

        assertEquals(MatchListChannel.MOST_LISTED, first().split("\"matchId\"", -1).length - 1);
        assertTrue(first().contains("\"complete\":false"));
        assertFalse(first().contains("\"match-9\""));
    }

    @Test
    void curve_hasTheLastHalfHourWithItsEmptyMinutes() {
        state("one", "live", 1);
        minute("one", 0, 7);
        minute("one", 40, 5);
        minute("one", 43, 6);
        step();

        assertTrue(first().contains("\"sparkline\":{\"from\":\"2026-11-21T15:40:00.000Z\",\"events\":[5,0,0,6]}"), first());
    }

    @Test
    void period_isTheLatestByItsOwnTime() {
        state("one", "live", 1);
        period("period_start", "2H", 62);
        period("period_start", "1H", 0);
        period("period_end", "1H", 45);
        step();

        assertTrue(first().contains("\"period\":{\"name\":\"2H\",\"startedAt\":\"2026-11-21T16:02:00.000Z\",\"running\":true}"), first());
    }

    @Test
    void period_thatEnded_doesNotRun() {
        state("one", "live", 1);
        period("period_start", "1H", 0);
        period("period_end", "1H", 45);
        step();

        assertTrue(first().contains("\"running\":false"), first());
    }

    @Test
    void stateThatIsNoneOfOurs_isNotShown() {
        day.state("one", "nonsense".getBytes(UTF_8));
        step();

        assertFalse(first().contains("one"));
    }

    private void state(String matchId, String status, int activitySeconds) {
        day.state(matchId, ("{\"matchId\":\"" + matchId + "\",\"status\":\"" + status + "\",\"lastActivityAt\":\""
                + START.plusSeconds(activitySeconds) + "\",\"duplicates\":0}").getBytes(UTF_8));
    }

    private void minute(String matchId, int minute, int events) {
        day.minute(matchId, MinuteSeries.read(("{\"matchId\":\"" + matchId + "\",\"minute\":\"" + START.plusSeconds(60L * minute)
                + "\",\"events\":" + events + ",\"byType\":{\"pass\":" + events + "},\"byTeam\":{},\"version\":" + events + "}")
                .getBytes(UTF_8)).orElseThrow());
    }

    private void period(String type, String name, int minute) {
        day.moment("one", ("{\"eventType\":\"" + type + "\",\"timestamp\":\"" + START.plusSeconds(60L * minute)
                + "\",\"metadata\":{\"x\":{\"period\":\"no\"},\"period\":\"" + name + "\"},\"score\":{}}").getBytes(UTF_8));
    }

    private void step() {
        day.step(now);
    }

    private String first() {
        return text(day.first(Optional.empty()));
    }

    private static String text(Channel.Update update) {
        return new String(update.bytes(), UTF_8);
    }
}
