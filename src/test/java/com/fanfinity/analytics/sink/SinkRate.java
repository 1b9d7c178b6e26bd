package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.Await;
import com.fanfinity.analytics.testing.RealParts;

/// How fast the sink catches up; run by hand with `-Dtest=SinkRate`, since its name keeps it out of the build.
class SinkRate {
    private static final int EVENTS = 600_000;

    @Test
    void catchUp() throws Exception {
        try (SinkFixture fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 12)) {
            for (int i = 0; i < EVENTS / 10_000; i++) {
                fixture.sendEvents(10_000);
            }
            System.out.println("RATE sent " + UUID.randomUUID());
            long start = System.nanoTime();
            try (SinkLoop _ = fixture.sink(RealParts.engine().url(), 50_000, writer -> writer)) {
                Await.until(Duration.ofMinutes(3), "first row",
                        () -> !fixture.ask("SELECT count() FROM $db.match_events").equals("0"));
                long first = System.nanoTime();
                long already = Long.parseLong(fixture.ask("SELECT count() FROM $db.match_events"));
                Await.until(Duration.ofMinutes(3), "all rows",
                        () -> fixture.ask("SELECT count() FROM $db.match_events").equals(Integer.toString(EVENTS)));
                long end = System.nanoTime();
                var timer = fixture.registry.get("clickhouse.batch.duration").tag("table", "match_events").timer();
                System.out.printf("RATE total %.1f s, from first row %.0f rows/s; %d inserts, mean %.0f ms, %.0f rows/s of insert time%n",
                        (end - start) / 1e9, (EVENTS - already) * 1e9 / (end - first), timer.count(),
                        timer.mean(java.util.concurrent.TimeUnit.MILLISECONDS),
                        EVENTS / timer.totalTime(java.util.concurrent.TimeUnit.SECONDS));
            }
        }
    }
}
