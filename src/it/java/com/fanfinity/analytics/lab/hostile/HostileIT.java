package com.fanfinity.analytics.lab.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;

/// Attacks on a service with a heap of 256 MiB that exits at an OutOfMemoryError. They are smaller than those of `make
/// hostile`, but break a service without bounds.
@Tag("endurance")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileIT {

    private static final Duration HELD = Duration.ofSeconds(8);

    private static Target target;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        target = Target.start("hostile-it", Map.of("HTTP_MAX_CONNECTIONS", "2000", "LIVE_MAX_VIEWERS", "1600"));
    }

    @AfterAll
    static void stop() {
        if (target != null) {
            target.close();
        }
    }

    private static void assertHolds(Attack attack, TestReporter reporter) throws IOException, InterruptedException {
        Verdict verdict = AttackRun.of(target, attack);
        reporter.publishEntry(String.join(System.lineSeparator(), verdict.lines()));
        assertEquals(List.of(), verdict.violations(), attack.name());
    }

    @Test
    @Order(1)
    void longNames_overHttp_areForgotten(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new LongNames(50, Attacks.LARGE_NAME, 1_000, Attacks.SMALL_NAME), reporter);
    }

    @Test
    @Order(2)
    void longNames_onTheTopic_areForgotten(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new LongNamesOnTopic(40, Attacks.LARGE_NAME, 1_000, Attacks.SMALL_NAME), reporter);
    }

    @Test
    @Order(3)
    void answers_notRead_areBounded(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new UnreadAnswers(40, HELD), reporter);
    }

    @Test
    @Order(4)
    void moments_notRead_areShared(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new UnreadMoments(400, 1_000, HELD), reporter);
    }

    @Test
    @Order(5)
    void matchDay_notRead_isShared(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new UnreadLists(1_500, 500, HELD), reporter);
    }

    @Test
    @Order(6)
    void bodies_stalled_leaveRoomForOthers(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new StalledBodies(8, Duration.ofSeconds(12)), reporter);
    }

    @Test
    @Order(7)
    void headers_trickled_leaveConnectionsForOthers(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new TrickledHeaders(2_300, 40, Duration.ofSeconds(20)), reporter);
    }

    @Test
    @Order(8)
    void receipts_ofUnknownEvents_doNotDelayOthers(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new UnknownReceipts(200, HELD), reporter);
    }

    @Test
    @Order(9)
    void timelines_largeAndNotRead_areBounded(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new LargeTimelines(60, 400, 64, HELD), reporter);
    }

    @Test
    @Order(10)
    void listEntries_large_areCut(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new LargeListEntries(160, 64), reporter);
    }

    @Test
    @Order(11)
    void lists_ofManyMatches_doNotDelayOthers(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new ManyLists(100, 1, 10_000), reporter);
    }

    @Test
    @Order(12)
    void groupMember_thatIsNotOurs_learnsAndForgesNothing(TestReporter reporter)
            throws IOException, InterruptedException {
        assertHolds(new RogueMember(40, Duration.ofSeconds(5)), reporter);
    }

    @Test
    @Order(13)
    void batches_ofTheLargestSizeAtOnce_fitIntoTheHeap(TestReporter reporter) throws IOException, InterruptedException {
        assertHolds(new WideBatches(8, 3), reporter);
    }

    @Test
    @Order(14)
    void connections_keptAfterSomeRequests_takeLittleMemory(TestReporter reporter)
            throws IOException, InterruptedException {
        assertHolds(new KeptConnections(1_700, 4, HELD), reporter);
    }
}
