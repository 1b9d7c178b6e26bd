package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MatchChannelTest {

    private static final int PARTITION = 3;

    private final LongAdder momentBytes = new LongAdder();
    private final MatchChannel channel = new MatchChannel(1, momentBytes);
    private long now;

    @BeforeEach
    void assignPartition() {
        channel.assign(PARTITION);
    }

    @Test
    void initialUpdate_severalMetrics_hasTheNewestOnly() {
        moment(10);
        state(1);
        publish();
        pass(UpdateSchedule.MINUTES_DELAY_MILLIS);
        state(2);
        publish();

        assertEquals(List.of("metrics 2"), frames(channel.initialUpdate(Optional.empty())));
    }

    @Test
    void updateSince_oneUpdate_hasAllItsFrames() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        moment(10);
        state(1);
        minute("12:00", 1);
        publish();

        Channel.Update update = channel.updateSince(known).orElseThrow();

        assertEquals(List.of("event 10", "minutes 12:00", "metrics 1"), frames(update));
        assertEquals(Optional.empty(), channel.updateSince(update.sequence()));
    }

    @Test
    void updateSince_severalUpdates_hasEveryMomentAndTheNewestMetrics() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        for (int n = 1; n <= 5; n++) {
            moment(10 + n);
            state(n);
            publish();
            pass(UpdateSchedule.MINUTES_DELAY_MILLIS);
        }

        assertEquals(List.of("event 11", "event 12", "event 13", "event 14", "event 15", "metrics 5"),
                frames(channel.updateSince(known).orElseThrow()));
    }

    @Test
    void updateSince_moreMinutesThanAreKept_startsWithReload() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        for (int n = 0; n < 40; n++) {
            minute("12:" + n, n);
            state(n);
            publish();
            pass(UpdateSchedule.MINUTES_DELAY_MILLIS);
        }

        List<String> frames = frames(channel.updateSince(known).orElseThrow());

        assertEquals("reload", frames.getFirst());
        assertEquals("metrics 39", frames.getLast());
    }

    @Test
    void metrics_moreThanFourPerSecond_areConflated() {
        List<Long> frames = new ArrayList<>();
        for (int millis = 0; millis < 3_000; millis += 10) {
            state(millis);
            if (channel.millisUntilDue(now) <= 0) {
                channel.publish(now);
                frames.add(now);
            }
            pass(10);
        }

        assertEquals(12, frames.size());
        for (int i = 4; i < frames.size(); i++) {
            assertTrue(frames.get(i) - frames.get(i - 4) >= 1_000, "more than four in a second: " + frames);
        }
    }

    /// Metrics that arrive about an interval apart are not delayed again.
    @Test
    void metrics_fourPerSecondAtUnevenTimes_areDueAtOnce() {
        for (int wait : List.of(250, 240, 260, 250, 300, 190, 270, 240)) {
            minute("12:00", wait);
            state(wait);
            assertTrue(channel.millisUntilDue(now) <= 0);
            publish();
            pass(wait);
        }
    }

    @Test
    void metrics_afterQuiet_areDueAtOnce() {
        state(1);
        publish();
        pass(10_000);
        state(2);

        assertTrue(channel.millisUntilDue(now) <= 0);
    }

    @Test
    void moment_afterFourMetricsInASecond_isDueAtOnceAndDoesNotBringMetricsForward() {
        for (int n = 1; n <= UpdateSchedule.MAX_METRICS_PER_SECOND; n++) {
            state(n);
            publish();
            pass(1);
        }
        long known = channel.initialUpdate(Optional.empty()).sequence();
        state(5);
        moment(10);

        assertTrue(channel.millisUntilDue(now) <= 0);
        publish();
        assertEquals(List.of("event 10"), frames(channel.updateSince(known).orElseThrow()));
        assertEquals(1_000 - UpdateSchedule.MAX_METRICS_PER_SECOND, channel.millisUntilDue(now));
    }

    @Test
    void minutes_beforeTheirMetrics_waitForThem() {
        minute("12:00", 1);
        assertTrue(channel.millisUntilDue(now) > 0);

        state(1);
        assertTrue(channel.millisUntilDue(now) <= 0);
    }

    @Test
    void metrics_beforeTheirMinutes_waitForTheGracePeriod() {
        channel.putMetrics("{\"n\":1}".getBytes(UTF_8), now, now);
        assertEquals(UpdateSchedule.GRACE_MILLIS, channel.millisUntilDue(now));

        minute("12:00", 1);
        assertTrue(channel.millisUntilDue(now) <= 0);
    }

    @Test
    void minutes_withoutMetrics_areSentAfterTheirDelay() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        minute("12:00", 1);
        pass(UpdateSchedule.MINUTES_DELAY_MILLIS);
        publish();

        assertEquals(List.of("minutes 12:00"), frames(channel.updateSince(known).orElseThrow()));
    }

    @Test
    void minutes_tooManyAtOnce_becomeAReload() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        for (int n = 0; n < 1_000; n++) {
            minute("minute " + n, n);
        }
        state(1);
        publish();

        assertEquals(List.of("reload", "metrics 1"), frames(channel.updateSince(known).orElseThrow()));
    }

    @Test
    void lastEventId_known_bringsEveryMomentSince() {
        for (int n = 10; n < 15; n++) {
            moment(n);
        }
        state(1);
        publish();

        assertEquals(List.of("event 12", "event 13", "event 14", "metrics 1"),
                frames(channel.initialUpdate(Optional.of("3-12"))));
        assertEquals(List.of("metrics 1"), frames(channel.initialUpdate(Optional.of("3-15"))));
    }

    @Test
    void eventId_ofMetrics_namesTheNewestMoment() {
        moment(10);
        state(1);
        publish();

        assertTrue(text(channel.initialUpdate(Optional.empty())).contains("id: 3-11\nevent: metrics\n"));
    }

    @Test
    void lastEventId_ofAnotherMatchOrInvalid_bringsReload() {
        moment(10);
        state(1);
        publish();

        for (String id : List.of("4-11", "3-", "x", "3-99999999999999999999", "3-12")) {
            assertEquals(List.of("reload", "metrics 1"), frames(channel.initialUpdate(Optional.of(id))), id);
        }
    }

    @Test
    void lastEventId_olderThanTheRetention_bringsReload() {
        moment(10);
        state(1);
        publish();
        now += MomentHistory.RETENTION_MILLIS + 1;
        moment(20);
        publish();
        channel.expire(now);

        assertEquals(List.of("reload", "event 20", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-10"))));
        assertEquals(List.of("event 20", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-11"))));
    }

    @Test
    void moment_withinTheRetention_isKept() {
        moment(10);
        state(1);
        publish();
        channel.expire(now + MomentHistory.RETENTION_MILLIS);

        assertEquals(List.of("event 10", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-10"))));
    }

    @Test
    void moments_inAFlood_areBounded() {
        for (int n = 1; n <= 5_000; n++) {
            moment(n);
            publish();
        }

        List<String> frames = frames(channel.initialUpdate(Optional.of("3-1")));

        assertEquals("reload", frames.getFirst());
        assertTrue(frames.size() <= 1_003, frames.size() + " frames");
        assertTrue(frames.contains("event 5000"));
    }

    @Test
    void lastEventId_withMoreThanOneMebibyteMissed_bringsReload() {
        for (int n = 1; n <= 1_000; n++) {
            largeMoment(n, 2_000);
            publish();
        }
        state(1);
        publish();

        Channel.Update first = channel.initialUpdate(Optional.of("3-1"));
        assertTrue(Frame.totalLength(first.frames()) <= Frame.MAX_PENDING_BYTES);
        assertEquals("reload", frames(first).getFirst());
        assertEquals("metrics 1", frames(first).getLast());
    }

    @Test
    void lastEventId_withManySmallMomentsMissed_bringsThemInFewFrames() {
        for (int n = 1; n <= 900; n++) {
            moment(n);
            publish();
        }
        state(1);
        publish();

        Channel.Update first = channel.initialUpdate(Optional.of("3-100"));
        assertEquals(802, frames(first).size());
        assertTrue(first.frames().size() <= 70, first.frames().size() + " frames");
    }

    @Test
    void update_ofMoreThanOneMebibyte_isAReload() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        for (int n = 1; n <= 1_000; n++) {
            largeMoment(n, 2_000);
        }
        state(1);
        publish();

        Channel.Update update = channel.updateSince(known).orElseThrow();
        assertEquals(List.of("reload", "metrics 1"), frames(update));
    }

    @Test
    void minutes_tooLargeForOneUpdate_becomeAReload() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        for (int n = 0; n < 40; n++) {
            channel.putMinute("12:" + n, ("{\"start\":\"12:" + n + "\",\"x\":\"" + "y".repeat(30_000) + "\"}")
                    .getBytes(UTF_8), now);
        }
        state(1);
        publish();

        assertEquals(List.of("reload", "metrics 1"), frames(channel.updateSince(known).orElseThrow()));
    }

    @Test
    void moments_droppedBeforeTheyWereSent_becomeAReload() {
        long known = channel.initialUpdate(Optional.empty()).sequence();
        moment(10);
        channel.dropMoments();
        assertTrue(channel.hasPending());
        state(1);
        publish();

        assertEquals(List.of("reload", "metrics 1"), frames(channel.updateSince(known).orElseThrow()));
        assertEquals(List.of("reload", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-10"))));
        assertEquals(List.of("metrics 1"), frames(channel.initialUpdate(Optional.of("3-11"))));
        assertEquals(0, momentBytes.sum());
    }

    @Test
    void moment_readAgain_isNotSentAgain() {
        moment(10);
        publish();
        moment(10);

        assertFalse(channel.hasPending());
    }

    @Test
    void moment_withLineEnds_staysOneEvent() {
        channel.addMoment(10, 0, "{\"metadata\":{\n\r\n\"a\":1}}".getBytes(UTF_8), now);
        long known = channel.initialUpdate(Optional.empty()).sequence();
        publish();

        assertTrue(text(channel.updateSince(known).orElseThrow()).endsWith("data: {\"metadata\":{   \"a\":1}}\n\n"));
    }

    @Test
    void moment_olderThanTheRetention_isNotSentButMissing() {
        now = 10 * MomentHistory.RETENTION_MILLIS;
        channel.addMoment(10, now - MomentHistory.RETENTION_MILLIS - 1, "{}".getBytes(UTF_8), now);
        assertFalse(channel.hasPending());
        moment(20);
        state(1);
        publish();

        assertEquals(List.of("reload", "event 20", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-10"))));
        assertEquals(List.of("event 20", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-11"))));
    }

    /// A reader that was away for so long does not send old moments as news. Viewers read them.
    @Test
    void moment_olderThanTheRetentionAfterAnUpdate_bringsReload() {
        state(1);
        publish();
        long known = channel.initialUpdate(Optional.empty()).sequence();
        now = 10 * MomentHistory.RETENTION_MILLIS;
        channel.addMoment(10, now - MomentHistory.RETENTION_MILLIS - 1, "{}".getBytes(UTF_8), now);
        publish();

        assertEquals(List.of("reload"), frames(channel.updateSince(known).orElseThrow()));
    }

    /// A client that has only this id must get the moment when it connects again.
    @Test
    void eventId_whileAMomentWaits_doesNotNameIt() {
        moment(9);
        publish();
        moment(10);
        moment(11);
        assertTrue(channel.publishDirect("{\"n\":1}".getBytes(UTF_8), now));
        assertTrue(text(channel.initialUpdate(Optional.empty())).contains("id: 3-10\nevent: metrics\n"));
        publish();

        assertEquals(List.of("event 10", "event 11", "metrics 1"), frames(channel.initialUpdate(Optional.of("3-10"))));
    }

    @Test
    void topic_recreated_bringsReload() {
        moment(10);
        state(1);
        publish();
        long known = channel.initialUpdate(Optional.empty()).sequence();
        channel.resetOffsets();
        pass(UpdateSchedule.MINUTES_DELAY_MILLIS);
        moment(0);
        state(2);
        publish();

        assertEquals(List.of("reload", "event 0", "metrics 2"),
                sorted(frames(channel.updateSince(known).orElseThrow())));
    }

    @Test
    void directMetrics_ofAMatchWithoutRecords_areSentAtOnceWithoutId() {
        MatchChannel other = new MatchChannel(1, new LongAdder());
        assertTrue(other.publishDirect("{\"n\":1}".getBytes(UTF_8), now));
        long known = other.initialUpdate(Optional.empty()).sequence();
        assertTrue(other.publishDirect("{\"n\":2}".getBytes(UTF_8), now));

        assertEquals(List.of("metrics 2"), frames(other.updateSince(known).orElseThrow()));
        assertFalse(text(other.updateSince(known).orElseThrow()).contains("id:"));
    }

    @Test
    void directMetrics_ofAMatchWithRecords_areIgnored() {
        state(2);
        publish();

        assertFalse(channel.publishDirect("{\"n\":1}".getBytes(UTF_8), now));
    }

    @Test
    void directMetrics_thenARecord_areReplaced() {
        MatchChannel other = new MatchChannel(1, new LongAdder());
        other.publishDirect("{\"n\":1}".getBytes(UTF_8), now);
        long known = other.initialUpdate(Optional.empty()).sequence();
        other.assign(PARTITION);
        other.putMetrics("{\"n\":2}".getBytes(UTF_8), now, now - UpdateSchedule.GRACE_MILLIS);
        other.publish(now);

        assertEquals(List.of("metrics 2"), frames(other.updateSince(known).orElseThrow()));
    }

    private static List<String> sorted(List<String> frames) {
        return frames.stream().sorted(Comparator.comparing((String frame) -> !frame.equals("reload"))).toList();
    }

    private void state(int number) {
        channel.putMetrics(("{\"n\":" + number + "}").getBytes(UTF_8), now, now - UpdateSchedule.GRACE_MILLIS);
    }

    private void moment(int offset) {
        channel.addMoment(offset, now, ("{\"n\":" + offset + "}").getBytes(UTF_8), now);
    }

    private void largeMoment(int offset, int size) {
        channel.addMoment(offset, now, ("{\"n\":" + offset + ",\"x\":\"" + "y".repeat(size) + "\"}").getBytes(UTF_8),
                now);
    }

    private void minute(String start, int events) {
        channel.putMinute(start, ("{\"start\":\"" + start + "\",\"events\":" + events + "}").getBytes(UTF_8), now);
    }

    private void publish() {
        channel.publish(now);
    }

    private void pass(long millis) {
        now += millis;
    }

    private static String text(Channel.Update update) {
        return Frames.text(update.frames());
    }

    /// The name of each event with its number or its minute.
    private static List<String> frames(Channel.Update update) {
        List<String> frames = new ArrayList<>();
        for (String frame : text(update).split("\n\n", -1)) {
            if (!frame.isBlank()) {
                String name = frame.replaceAll("(?s).*event: (\\w+)\n.*", "$1");
                String number = frame.replaceAll("(?s).*\\{\"n\":(\\d+)[,}].*", " $1")
                        .replaceAll("(?s).*\"start\":\"([^\"]+)\".*", " $1");
                frames.add(name.equals("reload") ? name : name + number);
            }
        }
        return frames;
    }
}
