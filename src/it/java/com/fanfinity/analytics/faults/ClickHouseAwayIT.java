package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;

/// ClickHouse is unavailable for longer than any timeout. Requests and live reads continue, and afterwards the backlog
/// drains.
@Tag("slow")
class ClickHouseAwayIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    /// Longer than one insert may take (1 s here), the longest pause between tries (5 s) and the sink's session (10 s).
    private static final Duration OUTAGE = Duration.ofSeconds(12);

    /// A request that waited for ClickHouse would take as long as the outage. A shorter delay only means a busy
    /// machine.
    private static final Duration NOT_SLOW = Duration.ofSeconds(3);

    private static Stack stack;
    private static ApiClient api;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        stack = Stack.start("clickhouse-away", Map.of("CLICKHOUSE_TIMEOUT", "1s", "KAFKA_PARTITIONS", Stack.FEW));
        api = new ApiClient(stack.service().url(), stack.clickHouse().url());
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void down_ingestAndLiveReadsContinueAndTheBacklogDrains() throws Exception {
        outage("down", () -> stack.clickHouse().kill(), () -> stack.clickHouse().restart());
    }

    /// ClickHouse accepts the connection and perhaps the rows, but does not answer. The outcome of each attempt is
    /// unknown.
    @Test
    void hangs_ingestAndLiveReadsContinueAndTheBacklogDrains() throws Exception {
        outage("hangs", () -> stack.clickHouse().pause(), () -> stack.clickHouse().resume());
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void outage(String match, Step begin, Step end) throws Exception {
        try (SteadyLoad load = new SteadyLoad(stack.service().url(), match)) {
            load.awaitMore(500, SOON);
            begin.run();
            long began = System.nanoTime();

            Await.until(SOON, "readiness reports it", () -> checkOfSink().equals("degraded"));
            long acceptedThen = load.accepted();
            Duration slowestRead = readFor(OUTAGE, match, began);

            assertEquals(200, api.get("/health/ready").status(), "ready during the outage");
            assertEquals("degraded", checkOfSink(), "at the end of the outage");
            assertTrue(load.accepted() > acceptedThen + 100,
                    "accepted during the outage: " + (load.accepted() - acceptedThen));
            assertEquals(0, load.replies().stream().filter(reply -> reply.status() != 202).count(),
                    "answers other than 202");
            assertTrue(load.slowestSince(began).compareTo(NOT_SLOW) < 0,
                    "slowest request: " + load.slowestSince(began));
            assertTrue(slowestRead.compareTo(NOT_SLOW) < 0, "slowest live read: " + slowestRead);
            new ExactlyOnce(api).counted(match, load);
            end.run();
            new ExactlyOnce(api).check(load);
        }
        Await.until(SOON, "the sink is up again", () -> checkOfSink().equals("up"));
    }

    private static Duration readFor(Duration outage, String match, long began)
            throws IOException, InterruptedException {
        Duration slowest = Duration.ZERO;
        while (System.nanoTime() - began < outage.toNanos()) {
            long started = System.nanoTime();
            assertEquals(200, api.get("/api/matches/" + match + "/metrics").status(), "live read");
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        return slowest;
    }

    private static String checkOfSink() throws IOException, InterruptedException {
        return api.get("/health/ready").json().at("/checks/sink/status").asText();
    }
}
