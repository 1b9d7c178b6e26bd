package com.fanfinity.analytics.ingest;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import com.fanfinity.analytics.bench.OpenLoad;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.ops.Meters;
import com.fanfinity.analytics.testing.TestServer;

/// Measures what the service itself spends on a request that is taken and on one that is refused: CPU time of the process without
/// the client's, by request, with a Kafka that acknowledges at once. CPU time hardly depends on what else the machine does.
final class AdmissionCost {
    private static final int WARM_UP = 6;

    private AdmissionCost() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        for (String what : List.of("accepted", "refused by the route", "refused before routing")) {
            boolean full = !what.equals("accepted");
            Meters meters = new Meters(new SimpleMeterRegistry());
            FakeKafka kafka = new FakeKafka();
            EventPublisher publisher = new EventPublisher(kafka, "match-events", Duration.ofSeconds(5), meters);
            ConcurrencyLimit limit = new ConcurrencyLimit(Duration.ofSeconds(5), System::nanoTime, _ -> 0, meters);
            while (full && !limit.isFull(0)) {
                limit.enter();
            }
            IngestRoutes routes = new IngestRoutes(TestEvents.CODEC,
                    new EventIds(Clock.systemUTC(), new Random(1)::nextLong), publisher, new InFlight(1 << 26, meters), limit,
                    Clock.systemUTC(), meters);
            try (TestServer server = what.equals("refused by the route")
                    ? new TestServer(config -> routes.addTo(config))
                    : new TestServer(routes)) {
                for (int round = 0; round <= WARM_UP; round++) {
                    kafka.clear();
                    server.metered().clear();
                    String cost = measure(URI.create("http://127.0.0.1:" + server.port()), round);
                    System.out.println(what + " " + cost);
                }
            }
        }
    }

    private static String measure(URI target, int round) throws IOException, InterruptedException {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = system.getProcessCpuTime();
        var result = OpenLoad.run(target, OpenLoad.Options.of(20_000, Duration.ofSeconds(4), 256, 50, "cost" + round).withoutLateSends());
        double service = (system.getProcessCpuTime() - before) / 1e3 / result.sent() - result.cpuMicrosPerRequest();
        return String.format(Locale.ROOT, "%s: %.1f us of CPU a request, the client's %.1f us not counted", result.byStatus(), service,
                result.cpuMicrosPerRequest());
    }
}
