package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.RealParts;

/// The clock of the machine is set under a running service: an hour on, and an hour back again.
class ClockStepIT {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final Duration HOUR = Duration.ofHours(1);

    /// Set on, it recovers by itself. Set back, Kafka's clients stand still, so the service asks for a restart; here the test does what an
    /// orchestrator would.
    @Test
    void clockSteps_anHourOnAndAnHourBack_everyEventCountsOnce() throws Exception {
        Path directory = RealParts.directory("clock");
        SteppedClock clock = SteppedClock.in(directory);
        try (OwnService service = OwnService.start(SteppedClock.MAIN, "clock", directory, clock.environment());
                SteadyLoad load = service.load("clock")) {
            load.awaitMore(100, SOON);

            clock.set(HOUR);
            Await.until(SOON, "the service's clock is an hour on", () -> aheadOfUs(service).compareTo(HOUR.dividedBy(2)) > 0);
            load.awaitMore(100, SOON);
            service.exactlyOnce().counted("clock", load);
            assertEquals(200, service.api().get("/health/live").status(), "alive");

            clock.set(Duration.ZERO);
            Await.until(SOON, "the service asks for a restart", () -> service.api().get("/health/live").status() == 503);
            String clockCheck = service.api().get("/health/live").json().at("/checks/clock/detail").asText();
            assertTrue(clockCheck.contains("the clock was set back"), clockCheck);
            service.process().restart();

            load.awaitMore(100, SOON);
            assertTrue(aheadOfUs(service).abs().toMinutes() < 5, "receivedAt is sane again");
            service.exactlyOnce().check(load);
            assertTrue(load.repeated() > 0, "repeats were sent");
            assertEquals("0", service.api().rows("SELECT count() FROM clock.dead_letters").getFirst(), "dead letters");
            assertEquals("0", service.api().rows("SELECT countIf(abs(received_at - now()) > 7200) FROM clock.match_events").getFirst(),
                    "times of receipt that no clock showed");
        }
    }

    /// How far the time of receipt that the service tells is ahead of our clock.
    private static Duration aheadOfUs(OwnService service) throws IOException, InterruptedException {
        String receivedAt = service.api().postEvent(SteadyLoad.event("clock-probe", UUID.randomUUID())).json().required("receivedAt")
                .asText();
        return Duration.between(Instant.now(), Instant.parse(receivedAt));
    }
}
