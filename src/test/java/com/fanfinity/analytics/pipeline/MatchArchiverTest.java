package com.fanfinity.analytics.pipeline;

import static com.fanfinity.analytics.pipeline.PipelineDriver.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;

class MatchArchiverTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration LONGER = WEEK.plusHours(2);
    private static final Duration TURN = Duration.ofMinutes(1);

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static EventJson pass(String matchId, long number) {
        return EventJson.of(matchId, "pass", number).team("A");
    }

    private static EventJson goal(String matchId, long number) {
        return EventJson.of(matchId, "goal", number).team("A");
    }

    /// Lets more than a week pass without events. ClickHouse holds all events of the match.
    private void idle() {
        driver.publish();
        driver.storedUpTo(driver.clock.now().plus(LONGER));
        driver.advance(LONGER);
    }

    @Test
    void turn_matchIdleForAWeekAndStored_leavesOnlyItsMarker() {
        driver.send(goal("m", 1), goal("m", 1), pass("m", 2).at("2018-07-15T15:00:00Z"));

        idle();

        assertTrue(driver.state("m") instanceof Archived archived && archived.totalEvents() == 2
                && archived.lateEvents() == 0
                && archived.duplicates() == 1 && archived.lastActivityAt() == START.toEpochMilli()
                && archived.archivedAt() == driver.clock.millis(), () -> driver.state("m").toString());
        assertEquals(0, driver.entries(StoreNames.MINUTES) + driver.entries(StoreNames.RECENT)
                + driver.entries(StoreNames.MOMENTS));
    }

    /// An event may have been acknowledged that is not processed yet. It will be late, and is not in ClickHouse.
    @Test
    void turn_marker_isAsOfTheProvenTime() {
        driver.provenTime((_, _) -> Optional.of(driver.clock.now().minusSeconds(2)));
        driver.send(goal("m", 1));

        idle();

        assertTrue(driver.state("m") instanceof Archived archived
                && archived.archivedAt() == driver.clock.millis() - 2_000, () -> driver.state("m").toString());
    }

    @Test
    void turn_noTimeIsProven_archivesNothing() {
        driver.provenTime((_, _) -> Optional.empty());
        driver.send(goal("m", 1));

        idle();

        assertFalse(driver.isArchived("m"));
    }

    /// The rows of the two matches are adjacent in the stores.
    @Test
    void turn_nextToALiveMatch_deletesOnlyItsOwnRows() {
        driver.send(goal("m", 1), goal("m1", 1), goal("m.", 1), goal("l", 1));
        driver.publish();
        driver.storedUpTo(START.plus(LONGER));
        driver.clock.advance(LONGER);
        driver.send(goal("m1", 2), goal("m.", 2), goal("l", 2));
        driver.publish();

        driver.storedUpTo(driver.clock.now().plus(TURN));
        driver.advance(TURN);

        assertTrue(driver.isArchived("m"));
        for (String other : List.of("m1", "m.", "l")) {
            assertEquals(2, driver.stats(other).totalEvents(), other);
            assertEquals(2, driver.recent(other, 9).size(), other);
            assertEquals(1, driver.minutes(other).size(), other);
            assertEquals(2, driver.moments(other).json().size(), other);
        }
        assertEquals(12, driver.entries(StoreNames.MOMENTS));
    }

    @Test
    void turn_afterLessThanAWeek_keepsIt() {
        driver.send(goal("m", 1));
        driver.publish();

        driver.storedUpTo(START.plus(WEEK));
        driver.advance(WEEK.minusSeconds(1));

        assertFalse(driver.isArchived("m"));
    }

    @Test
    void turn_notKnownToBeStored_keepsIt() {
        driver.send(goal("m", 1));
        driver.publish();

        driver.advance(LONGER);

        assertFalse(driver.isArchived("m"));
        assertEquals(1, driver.minutes("m").size());
    }

    @Test
    void turn_storedUpToBeforeItsLastEvent_keepsIt() {
        driver.advance(Duration.ofHours(3));
        driver.send(goal("m", 1));
        driver.publish();

        driver.storedUpTo(START.plus(Duration.ofHours(2)));
        driver.advance(LONGER);

        assertFalse(driver.isArchived("m"));
    }

    /// A backlog: events that arrived long ago are only processed now, so ClickHouse may lack them.
    @Test
    void turn_eventProcessedLongAfterItsArrival_waitsUntilThatIsStoredToo() {
        driver.storedUpTo(START.plus(LONGER));
        driver.clock.advance(LONGER);
        driver.sendAt(START, goal("m", 1));
        driver.publish();

        driver.advance(TURN);
        assertFalse(driver.isArchived("m"));

        driver.storedUpTo(driver.clock.now());
        driver.advance(TURN);
        assertTrue(driver.isArchived("m"));
    }

    @Test
    void turn_changeThatWasNotPublished_keepsIt() {
        MatchStats stats = StatsSamples.match(EventType.PASS, START.toEpochMilli(), START);
        driver.store(StoreNames.STATS).put(StoreKeys.match("m"), stats.toBytes());

        idle();

        assertFalse(driver.isArchived("m"));
    }

    /// A match can be announced weeks before its kick-off.
    @Test
    void turn_matchOnlyAnnounced_keepsIt() {
        driver.send(EventJson.kickOff("m", 1, "A", "B"));

        idle();

        assertFalse(driver.isArchived("m"));
    }

    @Test
    void turn_moreEventsThanHistoryReads_keepsIt() {
        MatchStats stats = MatchStats.empty();
        for (long i = 0; i <= MatchArchiver.MOST_EVENTS; i++) {
            stats.add(new MatchEvent(new UUID(1, i), "m", EventType.REACTION, START, Optional.empty(), Optional.empty(),
                    Optional.empty(),
                    MatchEvent.Detail.NONE), i + 1, START.toEpochMilli(), 0);
        }
        stats.markPublished(START.toEpochMilli());
        driver.store(StoreNames.STATS).put(StoreKeys.match("m"), stats.toBytes());

        idle();

        assertFalse(driver.isArchived("m"));
    }

    // --- bounded turns

    @Test
    void runOnce_manyMatches_continuesAfterTheLastRun() {
        IntStream.range(0, 2_500).forEach(i -> driver.send(pass("m" + i, 1)));

        idle();
        assertEquals(2_000, archived(2_500));

        driver.advance(TURN);
        assertEquals(2_500, archived(2_500));

        // the next round
        driver.send(pass("l", 1));
        driver.publish();
        driver.storedUpTo(driver.clock.now().plus(LONGER));
        driver.advance(LONGER);
        driver.advance(TURN);
        driver.advance(TURN);
        assertTrue(driver.isArchived("l"));
    }

    @Test
    void turn_manyRows_leavesTheRestToTheNext() {
        Instant kickOff = Instant.parse("2018-07-15T15:00:00Z");
        for (int match = 0; match < 30; match++) {
            for (int minute = 0; minute < 200; minute++) {
                driver.send(pass("m" + match, minute).at(kickOff.plusSeconds(60L * minute)));
            }
        }

        idle();
        assertEquals(25, archived(30)); // of 400 rows each

        driver.advance(TURN);
        assertEquals(30, archived(30));
        assertEquals(0, driver.entries(StoreNames.MINUTES) + driver.entries(StoreNames.RECENT));
    }

    private long archived(int matches) {
        return IntStream.range(0, matches).filter(i -> driver.isArchived("m" + i)).count();
    }

    // --- late events

    @Test
    void process_lateEvent_goesToAcceptedAndCountsInTheMarkerOnly() {
        driver.send(goal("m", 1));
        idle();
        driver.accepted();
        driver.publishedStats();
        driver.publishedMinutes();
        Instant later = driver.clock.now();

        driver.send(goal("m", 2), pass("m", 3), goal("m", 2));
        driver.publish();

        assertEquals(2, driver.accepted().size());
        assertEquals(List.of(), driver.publishedStats());
        assertEquals(List.of(), driver.publishedMinutes());
        assertEquals(0, driver.entries(StoreNames.MINUTES) + driver.entries(StoreNames.RECENT)
                + driver.entries(StoreNames.MOMENTS));
        assertTrue(
                driver.state("m") instanceof Archived archived && archived.totalEvents() == 3
                        && archived.lateEvents() == 2
                        && archived.eventsStored() == 1 && archived.duplicates() == 1
                        && archived.lastActivityAt() == later.toEpochMilli(),
                () -> driver.state("m").toString());
        assertEquals(new LedgerEntry(4, 3, 1, 0, 4), driver.ledger());
        assertEquals(3, driver.counted(ProcessingOutcome.ACCEPTED));
        assertEquals(2, driver.counted(ProcessingOutcome.LATE));
    }

    @Test
    void turn_archivedAlready_leavesTheMarkerAlone() {
        driver.send(goal("m", 1));
        idle();
        MatchState marker = driver.state("m");

        idle();

        assertTrue(
                marker instanceof Archived before && driver.state("m") instanceof Archived now
                        && before.archivedAt() == now.archivedAt());
    }
}
