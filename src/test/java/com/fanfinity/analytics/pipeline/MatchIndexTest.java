package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.MatchStatus;

class MatchIndexTest {
    private static final long NOON = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final MatchIndex index = new MatchIndex(3);
    private final MatchIndexes indexes = new MatchIndexes();

    private List<String> ids(Optional<MatchStatus> status, int limit) {
        return index.page(status, Optional.empty(), limit).stream().map(MatchHead::matchId).toList();
    }

    @Test
    void put_movedMatch_isListedOnceAtItsNewPlace() {
        index.put("a", MatchStatus.LIVE, 1, NOON);
        index.put("b", MatchStatus.LIVE, 2, NOON);
        assertEquals(List.of("b", "a"), ids(Optional.empty(), 10));

        index.put("a", MatchStatus.LIVE, 3, NOON);
        assertEquals(List.of("a", "b"), ids(Optional.empty(), 10));

        index.put("a", MatchStatus.ENDED, 4, NOON);
        assertEquals(List.of("b", "a"), ids(Optional.empty(), 10));
        assertEquals(List.of("a"), ids(Optional.of(MatchStatus.ENDED), 10));

        index.remove("a");
        assertEquals(List.of("b"), ids(Optional.empty(), 10));
        assertEquals(1, index.size());
    }

    /// Clients create matches, so their number must not decide how much memory the index takes.
    @Test
    void put_fullIndex_dropsTheLastOfTheListAndReportsIt() {
        index.put("live", MatchStatus.LIVE, 1, NOON);
        index.put("old", MatchStatus.ENDED, 2, NOON);
        index.put("new", MatchStatus.SCHEDULED, 3, NOON);
        assertTrue(index.isComplete());

        index.put("newer", MatchStatus.ENDED, 4, NOON);

        assertEquals(List.of("live", "newer", "new"), ids(Optional.empty(), 10));
        assertEquals(1, index.dropped());
        assertFalse(index.isComplete());

        index.put("old", MatchStatus.LIVE, 5, NOON);
        assertEquals(List.of("old", "live", "newer"), ids(Optional.empty(), 10));
        assertEquals(3, index.size());
    }

    @Test
    void liveMatches_endedAndLiveMatches_isOfTheLiveOnes() {
        indexes.put(0, index);
        index.put("live", MatchStatus.LIVE, NOON, NOON);
        index.put("ended", MatchStatus.ENDED, NOON, NOON);

        assertEquals(1, indexes.liveMatches());
        assertEquals(2, indexes.matches());
        assertEquals(0, indexes.overdueMatches(() -> Instant.ofEpochMilli(NOON)));
    }

    @Test
    void overdueMatches_liveForMoreThanSixHours_isReportedUntilItEnds() {
        indexes.put(0, index);
        index.put("long", MatchStatus.LIVE, NOON, NOON);
        index.put("long", MatchStatus.LIVE, NOON + 6 * HOUR, NOON + 6 * HOUR);
        assertEquals(0, overdueAt(NOON + 6 * HOUR));
        assertEquals(1, overdueAt(NOON + 6 * HOUR + 60_000));

        index.put("long", MatchStatus.ENDED, NOON + 6 * HOUR, NOON + 6 * HOUR);
        assertEquals(0, overdueAt(NOON + 7 * HOUR));
    }

    @Test
    void overdueMatches_instanceThatHasJustStarted_countsFromTheNewestEvent() {
        indexes.put(0, index);
        index.put("silent", MatchStatus.LIVE, NOON - 7 * HOUR, NOON);
        index.put("busy", MatchStatus.LIVE, NOON - 1_000, NOON);
        index.put("ahead", MatchStatus.LIVE, NOON + 9 * HOUR, NOON);

        assertEquals(1, overdueAt(NOON));
        assertEquals(3, overdueAt(NOON + 6 * HOUR + 60_000));
    }

    private long overdueAt(long now) {
        return indexes.overdueMatches(() -> Instant.ofEpochMilli(now));
    }

    @Test
    void of_indexOfAnEarlierTask_isNotRemovedByIt() {
        MatchIndex next = new MatchIndex(3);
        indexes.put(0, index);
        indexes.put(0, next);

        indexes.remove(0, index);

        assertEquals(Optional.of(next), indexes.of(0));
        assertEquals(OptionalLong.empty(), indexes.totalEvents(1));
    }

    /// The bound that the class states. The longest id has 128 characters.
    @Test
    void put_manyMatchesWithTheLongestIds_takesAtMost300BytesEach() {
        int matches = 50_000;
        long before = usedAfterCollection();
        MatchIndex many = new MatchIndex(matches);
        for (int i = 0; i < matches; i++) {
            many.put("m".repeat(120) + "%08d".formatted(i), MatchStatus.LIVE, NOON + i, NOON);
        }
        long perMatch = (usedAfterCollection() - before) / matches;

        assertEquals(matches, many.live());
        assertTrue(perMatch <= 300, perMatch + " bytes per match");
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
