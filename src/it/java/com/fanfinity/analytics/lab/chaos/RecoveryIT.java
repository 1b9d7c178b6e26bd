package com.fanfinity.analytics.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.lab.verify.AcceptedModel;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.lab.verify.Guarantee;
import com.fanfinity.analytics.lab.verify.PersistentSender;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.StackComponent;

/// The downtime of one instance without a standby after kill -9 and an immediate restart, with 100,000 events in its
/// stores.
@Tag("endurance")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.MethodName.class)
class RecoveryIT {

    private static final int EVENTS = 100_000;
    private static final int BATCH = 2_000;
    private static final int KILLS = 2;
    private static final Duration FIRST_202_AFTER_SERVICE = Duration.ofSeconds(10);
    private static final Duration FIRST_202_AFTER_BROKER = Duration.ofSeconds(20);
    private static final Duration READS_AFTER_SERVICE = Duration.ofSeconds(15);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final AcceptedModel ACCEPTED = new AcceptedModel();
    private static final ChaosFeed FEED = new ChaosFeed(new Random(100), "recovery", 40);
    private static Stack stack;
    private static ApiClient api;
    private static Guarantee guarantee;

    @BeforeAll
    static void fill() throws IOException, InterruptedException {
        stack = Stack.start("recovery");
        api = stack.client();
        guarantee = new Guarantee(api, ACCEPTED, stack.kafka().bootstrapServers(), LIMIT);
        PersistentSender sender = new PersistentSender(api);
        for (int sent = 0; sent < EVENTS; sent += BATCH) {
            List<EventJson> batch = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                batch.add(FEED.next());
            }
            sender.batch(batch.stream().map(EventJson::json).toList());
            batch.forEach(ACCEPTED::accept);
        }
        guarantee.check();
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void broker_killed_acceptsAgainInTime() throws IOException, InterruptedException {
        List<Duration> first202 = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            long killedAt = killed(stack.kafka());

            first202.add(since(killedAt, "202", RecoveryIT::isAccepted));
            guarantee.check();
        }

        assertInTime("first 202 after the kill of the broker", first202, FIRST_202_AFTER_BROKER);
    }

    @Test
    void service_killed_acceptsAndAnswersInTime() throws Exception {
        List<Duration> first202 = new ArrayList<>();
        List<Duration> reads = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            long killedAt = killed(stack.service());

            CompletableFuture<Duration> accepts = CompletableFuture
                    .supplyAsync(() -> since(killedAt, "202", RecoveryIT::isAccepted));
            for (String match : ACCEPTED.matchIds()) {
                since(killedAt, match + " is read",
                        () -> api.get("/api/matches/" + match + "/metrics").status() == 200);
            }
            reads.add(Duration.ofNanos(System.nanoTime() - killedAt));
            first202.add(accepts.get());
            guarantee.check();
        }

        assertInTime("first 202 after the kill of the service", first202, FIRST_202_AFTER_SERVICE);
        assertInTime("good reads of every match after the kill of the service", reads, READS_AFTER_SERVICE);
    }

    /// Kills a component, which restarts in the background.
    ///
    /// @return the time of the kill, by nanoTime
    private static long killed(StackComponent part) {
        long killedAt = System.nanoTime();
        part.kill();
        Thread.ofVirtual().start(() -> {
            try {
                part.restart();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return killedAt;
    }

    private static Duration since(long start, String what, Callable<Boolean> condition) {
        Await.until(LIMIT, what, condition);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Repeats an event until it is accepted, so that the model stays exact.
    private static boolean isAccepted() throws IOException, InterruptedException {
        EventJson event = FEED.next();
        new PersistentSender(api).one(event.json());
        ACCEPTED.accept(event);
        return true;
    }

    @SuppressWarnings("SystemOut")
    private static void assertInTime(String what, List<Duration> took, Duration bound) {
        OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
        String figures = "%s, s: %s (load of the machine %.1f on %d processors)".formatted(what,
                took.stream().map(time -> "%.1f".formatted(time.toMillis() / 1e3)).toList(),
                machine.getSystemLoadAverage(),
                machine.getAvailableProcessors());
        System.out.println(figures);
        assertTrue(took.stream().allMatch(time -> time.compareTo(bound) <= 0),
                figures + ", at most " + bound.toSeconds());
    }
}
