package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// The clock of the machine is set under a running service: an hour on, two hours back, and right again.
class ClockStepIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void clockSteps_anHourEitherWay_everyEventCountsOnceAndLiveReadsGoOn() throws Exception {
        Path directory = RealParts.directory("clock");
        SteppedClock clock = SteppedClock.in(directory);
        try (OwnService service = OwnService.start(SteppedClock.MAIN, "clock", directory, clock.environment());
                SteadyLoad load = service.load("clock")) {
            load.awaitMore(200, SOON);

            for (int hours : new int[]{1, -1, 0}) {
                clock.set(Duration.ofHours(hours));
                Await.until(SOON, "receivedAt is " + hours + " h off", () -> aheadOfUs(service),
                        ahead -> ahead.minusHours(hours).abs().toMinutes() < 5);
                load.awaitMore(500, SOON);
                service.exactlyOnce().counted("clock", load);
                Await.until(SOON, "ready", () -> service.api().get("/health/ready").status() == 200);
                assertEquals(200, service.api().get("/health/live").status(), "alive");
            }

            service.exactlyOnce().check(load);
            assertTrue(load.repeated() > 0, "repeats were sent");
            assertEquals("0", service.api().rows("SELECT count() FROM clock.dead_letters").getFirst(), "dead letters");
            String hoursOff = "SELECT DISTINCT toInt32(round((toUnixTimestamp(received_at) - toUnixTimestamp(now())) / 3600)) AS off"
                    + " FROM clock.match_events ORDER BY off";
            assertEquals("[-1, 0, 1]", service.api().rows(hoursOff).toString(), "what the clock showed is what is stored");
        }
    }

    /// How far the time of receipt that the service tells is ahead of our clock.
    private static Duration aheadOfUs(OwnService service) throws IOException, InterruptedException {
        String receivedAt = service.api().postEvent(SteadyLoad.event("clock-probe", UUID.randomUUID())).json().required("receivedAt")
                .asText();
        return Duration.between(Instant.now(), Instant.parse(receivedAt));
    }
}
