package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// The machine's clock is set while the service runs under load.
@Tag("slow")
class ClockStepIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    /// More than `SHUTDOWN_TIMEOUT`.
    private static final int END_LIMIT_SECONDS = 30;
    private static final int EXIT_CLOCK_SET_BACK = 3;

    @Test
    void clockSetBack_underLoad_processEndsAndAfterARestartEachEventIsStoredOnce() throws Exception {
        Path directory = RealParts.directory("clock");
        SteppedClock clock = SteppedClock.in(directory);
        try (OwnService service = OwnService.start(SteppedClock.MAIN, "clock", directory, clock.environment());
                SteadyLoad load = service.load("clock")) {
            load.awaitMore(200, LIMIT);

            clock.set(Duration.ofHours(1));
            awaitWorking(service, load, 1);

            CompletableFuture<Process> ended = service.process().onExit();
            clock.set(Duration.ofHours(-1));
            assertEquals(EXIT_CLOCK_SET_BACK, ended.get(END_LIMIT_SECONDS, TimeUnit.SECONDS).exitValue(), "exit code");
            assertTrue(Files.readString(service.process().log()).contains("the wall clock was set back"), "logged");
            service.process().restart();
            awaitWorking(service, load, -1);

            clock.set(Duration.ZERO);
            awaitWorking(service, load, 0);

            service.exactlyOnce().check(load);
            assertTrue(load.repeated() > 0, "repeats were sent");
            assertEquals("0", service.api().rows("SELECT count() FROM clock.dead_letters").getFirst(), "dead letters");
            String hoursOff = "SELECT DISTINCT toInt32(round((toUnixTimestamp(received_at) - toUnixTimestamp(now())) "
                    + "/ 3600)) AS off"
                    + " FROM clock.match_events ORDER BY off";
            assertEquals("[-1, 0, 1]", service.api().rows(hoursOff).toString(), "stored times of receipt");
        }
    }

    /// Awaits that the service uses the new time, accepts 500 more events and counts them.
    private static void awaitWorking(OwnService service, SteadyLoad load, int hoursOff)
            throws IOException, InterruptedException {
        Await.until(LIMIT, "receivedAt is " + hoursOff + " h off", () -> aheadOfThisClock(service),
                ahead -> ahead.minusHours(hoursOff).abs().toMinutes() < 5);
        load.awaitMore(500, LIMIT);
        service.exactlyOnce().counted("clock", load);
        Await.until(LIMIT, "ready", () -> service.api().get("/health/ready").status() == 200);
        assertEquals(200, service.api().get("/health/live").status(), "alive");
    }

    /// How far the service's time of receipt is ahead of this process's clock.
    private static Duration aheadOfThisClock(OwnService service) throws IOException, InterruptedException {
        String receivedAt = service.api().postEvent(SteadyLoad.event("clock-probe", UUID.randomUUID())).json()
                .required("receivedAt")
                .asText();
        return Duration.between(Instant.now(), Instant.parse(receivedAt));
    }
}
