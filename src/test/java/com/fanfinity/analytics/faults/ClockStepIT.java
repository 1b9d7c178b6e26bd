package com.fanfinity.analytics.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.ApiClient;
import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.RealParts;

/// The clock of the machine is set under a running service, an hour on and an hour back.
class ClockStepIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void clockStepsAnHourEitherWay_underLoad_everyEventCountsOnce() throws Exception {
        Path directory = RealParts.directory("clock");
        SteppedClock clock = SteppedClock.in(directory);
        try (OwnService service = OwnService.start("clock", directory, clock.environment()); SteadyLoad load = service.load("clock")) {
            ApiClient api = service.api();
            load.awaitMore(200, SOON);
            for (long hours : new long[]{1, -1, 0}) {
                System.out.println(Instant.now() + " step to " + hours);
                clock.set(Duration.ofHours(hours));
                Instant there = Instant.now().plus(Duration.ofHours(hours));
                Await.until(SOON, "the service's clock is " + hours + " h off",
                        () -> Duration.between(there, receivedAt(api)).abs().toMinutes() < 5);
                System.out.println(Instant.now() + " seen; accepted " + load.accepted() + " 503 " + load.count(503));
                load.awaitMore(100, SOON);
                System.out.println(Instant.now() + " more; accepted " + load.accepted() + " 503 " + load.count(503)+" "+api.get("/api/matches/clock/metrics").body()+api.get("/health/ready").body());
            }
            service.exactlyOnce().check(load);
            assertEquals("0", api.rows("SELECT count() FROM clock.dead_letters").getFirst(), "dead letters");
        }
    }

    private static Instant receivedAt(ApiClient api) throws Exception {
        return Instant.parse(api.postEvent(SteadyLoad.event("clock-probe", java.util.UUID.randomUUID())).json().required("receivedAt").asText());
    }
}
