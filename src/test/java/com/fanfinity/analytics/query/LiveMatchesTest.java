package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.pipeline.StatsSamples;
import com.fanfinity.analytics.query.MatchLookup.MatchEntry;

class LiveMatchesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant OF_2018 = Instant.parse("2018-07-15T15:00:00Z");

    private Instant now = NOON;
    private final List<MatchEntry> counted = new ArrayList<>();
    private final LiveMatches matches = new LiveMatches(() -> List.copyOf(counted), () -> now);

    private static MatchEntry match(String name, EventType type, Instant arrivedAt) {
        return new MatchEntry(name, StatsSamples.match(type, arrivedAt.toEpochMilli(), OF_2018));
    }

    @Test
    void count_endedAndLiveMatches_isOfTheLiveOnes() {
        counted.add(match("live", EventType.PASS, NOON));
        counted.add(match("ended", EventType.MATCH_END, NOON));

        assertEquals(1, matches.count());
        assertEquals(0, matches.overdue());
    }

    @Test
    void overdue_liveForMoreThanSixHours_isReportedUntilItEnds() {
        counted.add(match("long", EventType.PASS, NOON));
        assertEquals(0, matches.overdue());

        now = now.plus(Duration.ofHours(6));
        counted.set(0, match("long", EventType.PASS, now));
        assertEquals(0, matches.overdue());

        now = now.plusSeconds(2);
        assertEquals(1, matches.overdue());

        counted.set(0, match("long", EventType.MATCH_END, now));
        now = now.plusSeconds(2);
        assertEquals(0, matches.overdue());
    }

    @Test
    void overdue_instanceThatHasJustStarted_countsFromTheNewestEvent() {
        counted.add(match("silent", EventType.PASS, NOON.minus(Duration.ofHours(7))));
        counted.add(match("busy", EventType.PASS, NOON.minusSeconds(1)));

        assertEquals(1, matches.overdue());
    }
}
