package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MatchChannelTest {

    private static final int PARTITION = 3;

    private final MatchChannel channel = new MatchChannel(1);
    private long now;

    @BeforeEach
    void follow() {
        channel.follow(PARTITION);
    }

    @Test
    void first_tellsNewestMetricsOnly() {
        moment(10);
        state(1);
        step();
        pass(MatchChannel.INTERVAL_MILLIS);
        state(2);
        step();

        assertEquals(List.of("metrics 2"), frames(channel.first(Optional.empty())));
    }

    @Test
    void after_oneStep_tellsWhatTheStepTold() {
        long seen = channel.first(Optional.empty()).step();
        moment(10);
        state(1);
        minute("12:00", 1);
        step();

        Channel.Update update = channel.after(seen).orElseThrow();

        assertEquals(List.of("event 10", "minutes 12:00", "metrics 1"), frames(update));
        assertEquals(Optional.empty(), channel.after(update.step()));
    }

    @Test
    void after_severalSteps_tellsEveryMomentButOnlyTheNewestMetrics() {
        long seen = channel.first(Optional.empty()).step();
        for (int n = 1; n <= 5; n++) {
            moment(10 + n);
            state(n);
            step();
            pass(MatchChannel.INTERVAL_MILLIS);
        }

        assertEquals(List.of("event 11", "event 12", "event 13", "event 14", "event 15", "metrics 5"),
                frames(channel.after(seen).orElseThrow()));
    }

    @Test
    void after_moreMinutesThanAreRemembered_saysSo() {
        long seen = channel.first(Optional.empty()).step();
        for (int n = 0; n < 40; n++) {
            minute("12:" + n, n);
            state(n);
            step();
            pass(MatchChannel.INTERVAL_MILLIS);
        }

        List<String> told = frames(channel.after(seen).orElseThrow());

        assertEquals("reload", told.getFirst());
        assertEquals("metrics 39", told.getLast());
    }

    @Test
    void metrics_moreThanFourASecond_areConflated() {
        List<Long> told = new ArrayList<>();
        for (int millis = 0; millis < 3_000; millis += 10) {
            state(millis);
            if (channel.dueIn(now) <= 0) {
                channel.step(now);
                told.add(now);
            }
            pass(10);
        }

        assertEquals(12, told.size());
        for (int i = 4; i < told.size(); i++) {
            assertTrue(told.get(i) - told.get(i - 4) >= 1_000, "four in any second: " + told);
        }
    }

    /// What is published an interval apart, give or take a transaction, is not held back once more.
    @Test
    void metrics_fourASecondAtUnevenTimes_areDueAtOnce() {
        for (int wait : List.of(250, 240, 260, 250, 300, 190, 270, 240)) {
            minute("12:00", wait);
            state(wait);
            assertTrue(channel.dueIn(now) <= 0);
            step();
            pass(wait);
        }
    }

    @Test
    void metrics_afterQuiet_areDueAtOnce() {
        state(1);
        step();
        pass(10_000);
        state(2);

        assertTrue(channel.dueIn(now) <= 0);
    }

    @Test
    void moment_afterFourMetricsInASecond_isDueAtOnceAndDoesNotBringMetricsForward() {
        for (int n = 1; n <= MatchChannel.MOST_A_SECOND; n++) {
            state(n);
            step();
            pass(1);
        }
        long seen = channel.first(Optional.empty()).step();
        state(5);
        moment(10);

        assertTrue(channel.dueIn(now) <= 0);
        step();
        assertEquals(List.of("event 10"), frames(channel.after(seen).orElseThrow()));
        assertEquals(1_000 - MatchChannel.MOST_A_SECOND, channel.dueIn(now));
    }

    @Test
    void minutes_beforeTheirMetrics_waitForThem() {
        minute("12:00", 1);
        assertTrue(channel.dueIn(now) > 0);

        state(1);
        assertTrue(channel.dueIn(now) <= 0);
    }

    @Test
    void metrics_beforeTheirMinutes_waitForThemAMoment() {
        channel.state("{\"n\":1}".getBytes(UTF_8), now, now);
        assertEquals(MatchChannel.GRACE_MILLIS, channel.dueIn(now));

        minute("12:00", 1);
        assertTrue(channel.dueIn(now) <= 0);
    }

    @Test
    void minutes_withoutMetrics_areToldAfterAWhile() {
        long seen = channel.first(Optional.empty()).step();
        minute("12:00", 1);
        pass(MatchChannel.INTERVAL_MILLIS);
        step();

        assertEquals(List.of("minutes 12:00"), frames(channel.after(seen).orElseThrow()));
    }

    @Test
    void minutes_tooManyAtOnce_areToBeReadAgain() {
        long seen = channel.first(Optional.empty()).step();
        for (int n = 0; n < 1_000; n++) {
            minute("minute " + n, n);
        }
        state(1);
        step();

        assertEquals(List.of("reload", "metrics 1"), frames(channel.after(seen).orElseThrow()));
    }

    @Test
    void lastEventId_tellsEveryMomentSince() {
        for (int n = 10; n < 15; n++) {
            moment(n);
        }
        state(1);
        step();

        assertEquals(List.of("event 12", "event 13", "event 14", "metrics 1"), frames(channel.first(Optional.of("3-12"))));
        assertEquals(List.of("metrics 1"), frames(channel.first(Optional.of("3-15"))));
    }

    @Test
    void lastEventId_isThatOfTheNewestMoment() {
        moment(10);
        state(1);
        step();

        assertTrue(text(channel.first(Optional.empty())).contains("id: 3-11\nevent: metrics\n"));
    }

    @Test
    void lastEventId_thatIsNoneOfTheMatch_tellsThatSomethingMayBeMissing() {
        moment(10);
        state(1);
        step();

        for (String id : List.of("4-11", "3-", "x", "3-99999999999999999999", "3-12")) {
            assertEquals(List.of("reload", "metrics 1"), frames(channel.first(Optional.of(id))), id);
        }
    }

    @Test
    void lastEventId_olderThanWhatIsKept_saysSo() {
        moment(10);
        state(1);
        step();
        now += MatchChannel.MOMENTS_KEPT_MILLIS + 1;
        moment(20);
        step();
        channel.expire(now);

        assertEquals(List.of("reload", "event 20", "metrics 1"), frames(channel.first(Optional.of("3-10"))));
        assertEquals(List.of("event 20", "metrics 1"), frames(channel.first(Optional.of("3-11"))));
    }

    @Test
    void moments_keptForTenMinutes() {
        moment(10);
        state(1);
        step();
        channel.expire(now + MatchChannel.MOMENTS_KEPT_MILLIS);

        assertEquals(List.of("event 10", "metrics 1"), frames(channel.first(Optional.of("3-10"))));
    }

    @Test
    void moments_aFlood_isBounded() {
        for (int n = 1; n <= 5_000; n++) {
            moment(n);
            step();
        }

        List<String> told = frames(channel.first(Optional.of("3-1")));

        assertEquals("reload", told.getFirst());
        assertTrue(told.size() <= 1_003, told.size() + " frames");
        assertTrue(told.contains("event 5000"));
    }

    @Test
    void moments_readAgain_areNotToldAgain() {
        moment(10);
        step();
        moment(10);

        assertFalse(channel.hasNews());
    }

    @Test
    void metadata_withLineEnds_staysOneEvent() {
        channel.moment(10, 0, "{\"metadata\":{\n\r\n\"a\":1}}".getBytes(UTF_8), now);
        long seen = channel.first(Optional.empty()).step();
        step();

        assertTrue(text(channel.after(seen).orElseThrow()).endsWith("data: {\"metadata\":{   \"a\":1}}\n\n"));
    }

    @Test
    void moments_longPastAtTheStart_areOnlyKnownToBeMissing() {
        now = 10 * MatchChannel.MOMENTS_KEPT_MILLIS;
        channel.moment(10, now - MatchChannel.MOMENTS_KEPT_MILLIS - 1, "{}".getBytes(UTF_8), now);
        assertFalse(channel.hasNews());
        moment(20);
        state(1);
        step();

        assertEquals(List.of("reload", "event 20", "metrics 1"), frames(channel.first(Optional.of("3-10"))));
        assertEquals(List.of("event 20", "metrics 1"), frames(channel.first(Optional.of("3-11"))));
    }

    @Test
    void topicMadeAnew_tellsThatSomethingMayBeMissing() {
        moment(10);
        state(1);
        step();
        long seen = channel.first(Optional.empty()).step();
        channel.forgetOffsets();
        pass(MatchChannel.INTERVAL_MILLIS);
        moment(0);
        state(2);
        step();

        assertEquals(List.of("reload", "event 0", "metrics 2"), sorted(frames(channel.after(seen).orElseThrow())));
    }

    @Test
    void shownMetrics_ofAMatchThatNoTopicTellsOf_areToldAtOnceAndWithoutId() {
        MatchChannel other = new MatchChannel(1);
        assertTrue(other.show("{\"n\":1}".getBytes(UTF_8), now));
        long seen = other.first(Optional.empty()).step();
        assertTrue(other.show("{\"n\":2}".getBytes(UTF_8), now));

        assertEquals(List.of("metrics 2"), frames(other.after(seen).orElseThrow()));
        assertFalse(text(other.after(seen).orElseThrow()).contains("id:"));
    }

    @Test
    void shownMetrics_olderThanWhatATopicTold_areNotTold() {
        state(2);
        step();

        assertFalse(channel.show("{\"n\":1}".getBytes(UTF_8), now));
    }

    @Test
    void shownMetrics_thenFollowed_areReplacedByWhatTheTopicTells() {
        MatchChannel other = new MatchChannel(1);
        other.show("{\"n\":1}".getBytes(UTF_8), now);
        long seen = other.first(Optional.empty()).step();
        other.follow(PARTITION);
        other.state("{\"n\":2}".getBytes(UTF_8), now, now - MatchChannel.GRACE_MILLIS);
        other.step(now);

        assertEquals(List.of("metrics 2"), frames(other.after(seen).orElseThrow()));
    }

    private static List<String> sorted(List<String> frames) {
        return frames.stream().sorted(Comparator.comparing((String frame) -> !frame.equals("reload"))).toList();
    }

    private void state(int number) {
        channel.state(("{\"n\":" + number + "}").getBytes(UTF_8), now, now - MatchChannel.GRACE_MILLIS);
    }

    private void moment(int offset) {
        channel.moment(offset, now, ("{\"n\":" + offset + "}").getBytes(UTF_8), now);
    }

    private void minute(String start, int events) {
        channel.minute(start, ("{\"start\":\"" + start + "\",\"events\":" + events + "}").getBytes(UTF_8), now);
    }

    private void step() {
        channel.step(now);
    }

    private void pass(long millis) {
        now += millis;
    }

    private static String text(Channel.Update update) {
        return new String(update.bytes(), UTF_8);
    }

    /// The name of each event and its number, or the minute that it tells of.
    private static List<String> frames(Channel.Update update) {
        List<String> frames = new ArrayList<>();
        for (String frame : text(update).split("\n\n", -1)) {
            if (!frame.isBlank()) {
                String name = frame.replaceAll("(?s).*event: (\\w+)\n.*", "$1");
                String number = frame.replaceAll("(?s).*\\{\"n\":(\\d+)}.*", " $1").replaceAll("(?s).*\"start\":\"([^\"]+)\".*", " $1");
                frames.add(name.equals("reload") ? name : name + number);
            }
        }
        return frames;
    }
}
