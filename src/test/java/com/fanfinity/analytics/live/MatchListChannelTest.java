package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class MatchListChannelTest {

    private static final Instant START = Instant.parse("2026-11-21T15:00:00Z");

    private final MatchListChannel list = new MatchListChannel(1);
    private long now;

    @Test
    void initialUpdate_listsAllMatchesLiveOnesFirst() {
        state("over", "ended", 100);
        state("quiet", "live", 50);
        state("hot", "live", 90);
        publish();

        String first = first();

        assertTrue(first.startsWith("event: matches\n"), first);
        assertTrue(first.indexOf("\"hot\"") < first.indexOf("\"quiet\"")
                && first.indexOf("\"quiet\"") < first.indexOf("\"over\""), first);
        assertTrue(first.contains("\"complete\":true"), first);
    }

    @Test
    void updateSince_oneUpdate_hasOnlyTheChangedMatches() {
        state("one", "live", 1);
        state("two", "live", 2);
        publish();
        long known = list.initialUpdate(Optional.empty()).sequence();
        state("two", "live", 3);
        publish();

        String update = text(list.updateSince(known).orElseThrow());

        assertTrue(update.startsWith("event: changed\n") && update.contains("\"two\"") && !update.contains("\"one\""),
                update);
        assertTrue(update.contains("\"complete\":true"), update);
    }

    @Test
    void updateSince_moreUpdatesThanAreKept_hasTheWholeList() {
        state("one", "live", 1);
        publish();
        long known = list.initialUpdate(Optional.empty()).sequence();
        for (int n = 0; n < 20; n++) {
            state("two", "live", n);
            publish();
        }

        String update = text(list.updateSince(known).orElseThrow());

        assertTrue(update.startsWith("event: matches\n") && update.contains("\"one\"") && update.contains("\"two\""),
                update);
        assertFalse(update.contains("event: changed"), update);
    }

    @Test
    void updates_areAtLeastASecondApart() {
        state("one", "live", 1);
        publish();
        state("one", "live", 2);

        assertEquals(MatchListChannel.INTERVAL_MILLIS, list.millisUntilDue(now));
    }

    @Test
    void match_removed_isInTheNextUpdate() {
        state("one", "live", 1);
        state("two", "live", 2);
        publish();
        long known = list.initialUpdate(Optional.empty()).sequence();
        list.remove("one");
        now += MatchListChannel.INTERVAL_MILLIS;
        assertTrue(list.millisUntilDue(now) <= 0);
        publish();

        assertEquals("event: removed\ndata: {\"matchIds\":[\"one\"]}\n\n", text(list.updateSince(known).orElseThrow()));
        assertFalse(first().contains("\"one\""));
    }

    @Test
    void list_isBounded() {
        for (int n = 0; n < MatchListChannel.MAX_LISTED + 10; n++) {
            state("match-" + n, "live", n);
        }
        publish();

        assertEquals(MatchListChannel.MAX_LISTED, first().split("\"matchId\"", -1).length - 1);
        assertTrue(first().contains("\"complete\":false"));
        assertFalse(first().contains("\"match-9\""));
    }

    /// As large as a match's entry can be: ids of characters of three bytes, and names that are shortened.
    private static byte[] largeEntry(int match, String venue) {
        String home = "\u20ac".repeat(63) + 'h';
        String away = "\u20ac".repeat(63) + 'a';
        String scores = "{\"" + home + "\":1,\"" + away + "\":2}";
        return ("{\"matchId\":\"match-" + match + "\",\"status\":\"live\",\"lastActivityAt\":\""
                + START.plusSeconds(match) + "\",\"competition\":\"" + venue + "\",\"venue\":\"" + venue
                + "\",\"teams\":{\"home\":{\"teamId\":\"" + home + "\",\"name\":\"" + venue
                + "\"},\"away\":{\"teamId\":\"" + away + "\",\"name\":\"" + venue + "\"}},\"score\":" + scores
                + ",\"shootout\":" + scores + "}").getBytes(UTF_8);
    }

    @Test
    void list_ofLargeEntries_isCutToOneMebibyte() {
        for (int n = 0; n < MatchListChannel.MAX_LISTED; n++) {
            list.putMetrics("match-" + n, largeEntry(n, "\\u0001".repeat(256)));
        }
        publish();
        Channel.Update first = list.initialUpdate(Optional.empty());
        Channel.Update change = list.updateSince(0).orElseThrow();

        for (Channel.Update update : List.of(first, change)) {
            assertTrue(Frame.totalLength(update.frames()) <= Frame.MAX_PENDING_BYTES);
            assertTrue(text(update).contains("\"complete\":false"), "cut");
            assertTrue(text(update).contains("\"match-499\""));
        }
    }

    @Test
    void updateSince_moreBytesThanMayWait_hasTheWholeList() {
        list.publish(now);
        for (int n = 0; n < 6; n++) {
            for (int match = 0; match < 300; match++) {
                list.putMetrics("match-" + match, largeEntry(match, n + "x".repeat(1_000)));
            }
            publish();
        }

        Channel.Update update = list.updateSince(1).orElseThrow();
        assertTrue(Frame.totalLength(update.frames()) <= Frame.MAX_PENDING_BYTES);
        assertTrue(text(update).startsWith("event: matches\n"));
    }

    @Test
    void sparkline_hasTheLastHalfHourWithItsEmptyMinutes() {
        state("one", "live", 1);
        minute("one", 0, 7);
        minute("one", 40, 5);
        minute("one", 43, 6);
        publish();

        assertTrue(first().contains("\"sparkline\":{\"from\":\"2026-11-21T15:40:00.000Z\",\"events\":[5,0,0,6]}"),
                first());
    }

    /// The minutes of strays come first, so that the list must find room for the others.
    @Test
    void sparkline_oneEventWithAWrongClock_endsAtTheMinuteThatTheMatchHasReached() {
        minute("one", 20 * 60, 1);
        minute("one", 45, 1);
        minute("one", -1_000_000, 1);
        for (int minute = 0; minute <= 40; minute++) {
            minute("one", minute, minute);
        }
        reached("one", 40, 40);
        publish();

        assertTrue(first().contains("\"sparkline\":{\"from\":\"2026-11-21T15:11:00.000Z\",\"events\":[11,12,13,14,15,"
                + "16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40]}"), first());

        minute("one", 41, 7);
        reached("one", 46, 45);
        publish();

        assertTrue(first().contains("35,36,37,38,39,40,7,0,0,0,1]}"), first());
    }

    @Test
    void sparkline_onlyLaterMinutesKnown_isEmpty() {
        reached("one", 40, 40);
        minute("one", 45, 1);
        publish();

        assertTrue(first().contains("\"sparkline\":{}"), first());
    }

    @Test
    void period_startsHoursAfterTheMatch_isNotTaken() {
        reached("one", 70, 70);
        period("period_start", "2H", 20 * 60);
        period("period_start", "1H", 0);
        period("period_end", "1H", 45);
        publish();

        assertTrue(first().contains("\"period\":{\"name\":\"1H\",\"startedAt\":\"2026-11-21T15:45:00.000Z\","
                + "\"running\":false}"), first());

        period("period_start", "2H", 62);
        publish();

        assertTrue(first().contains("\"period\":{\"name\":\"2H\",\"startedAt\":\"2026-11-21T16:02:00.000Z\""), first());
    }

    /// A client may send half a surrogate pair, or a number of any length.
    @Test
    void period_metadataThatFewProgramsRead_isListed() {
        state("one", "live", 1);
        for (String metadata : List.of("{\"period\":\"1H \\ud83d\"}", "{\"period\":\"2H\",\"x\":1e400}",
                "{\"period\":\"2H\",\"x\":" + "9".repeat(1_900) + "}", "{\"period\":\"" + "𝄞".repeat(9) + "\"}",
                "{\"period\":\"x" + "𝄞".repeat(9) + "\"}")) {
            list.addMoment("one", ("{\"eventType\":\"period_start\",\"timestamp\":\"" + START + "\",\"metadata\":"
                    + metadata + "}").getBytes(UTF_8));
            publish();

            assertTrue(first().contains("\"period\":{\"name\":\""), metadata);
        }
    }

    @Test
    void period_isTheLatestByEventTime() {
        state("one", "live", 1);
        period("period_start", "2H", 62);
        period("period_start", "1H", 0);
        period("period_end", "1H", 45);
        publish();

        assertTrue(
                first().contains(
                        "\"period\":{\"name\":\"2H\",\"startedAt\":\"2026-11-21T16:02:00.000Z\",\"running\":true}"),
                first());
    }

    @Test
    void period_ended_isNotRunning() {
        state("one", "live", 1);
        period("period_start", "1H", 0);
        period("period_end", "1H", 45);
        publish();

        assertTrue(first().contains("\"running\":false"), first());
    }

    @Test
    void metrics_invalidJson_areNotListed() {
        list.putMetrics("one", "nonsense".getBytes(UTF_8));
        publish();

        assertFalse(first().contains("one"));
    }

    private void state(String matchId, String status, int activitySeconds) {
        list.putMetrics(matchId, ("{\"matchId\":\"" + matchId + "\",\"status\":\"" + status + "\",\"lastActivityAt\":\""
                + START.plusSeconds(activitySeconds) + "\",\"duplicates\":0}").getBytes(UTF_8));
    }

    private void reached(String matchId, int to, int current) {
        list.putMetrics(matchId, ("{\"matchId\":\"" + matchId + "\",\"status\":\"live\",\"activeMinutes\":{\"from\":\""
                + START + "\",\"to\":\"" + START.plusSeconds(60L * to) + "\",\"current\":\""
                + START.plusSeconds(60L * current) + "\"}}").getBytes(UTF_8));
    }

    private void minute(String matchId, int minute, int events) {
        list.putMinute(matchId,
                MinuteWindow.read(("{\"matchId\":\"" + matchId + "\",\"minute\":\"" + START.plusSeconds(60L * minute)
                        + "\",\"events\":" + events + ",\"byType\":{\"pass\":" + events + "},\"byTeam\":{},\"version\":"
                        + events + "}")
                        .getBytes(UTF_8)).orElseThrow());
    }

    private void period(String type, String name, int minute) {
        list.addMoment("one", ("{\"eventType\":\"" + type + "\",\"timestamp\":\"" + START.plusSeconds(60L * minute)
                + "\",\"metadata\":{\"x\":{\"period\":\"no\"},\"period\":\"" + name + "\"},\"score\":{}}")
                .getBytes(UTF_8));
    }

    private void publish() {
        list.publish(now);
    }

    private String first() {
        return text(list.initialUpdate(Optional.empty()));
    }

    private static String text(Channel.Update update) {
        return Frames.text(update.frames());
    }
}
