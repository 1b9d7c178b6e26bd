package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import com.fanfinity.analytics.lab.bench.OpenLoad;
import com.fanfinity.analytics.lab.bench.OpenLoad.LoadResult;

/// Very many connections that do little. The p99 of a steady load beside them may be at most twice that before them.
///
/// @param connections at once
/// @param addresses to connect from
/// @param rate events a second of the steady load
record ConnectionFlood(Kind kind, int connections, int addresses, double rate, Duration time) implements Attack {

    private static final int LOAD_CONNECTIONS = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    /// A lower p99 always passes. It is the latency of some 15 requests of a run, and the service, the broker, the
    /// engine, the attacker and the load share the processors. So a few pauses of any of them decide it.
    private static final double FLOOR_MILLIS = 50;

    /// The behaviour of each connection.
    enum Kind {
        IDLE("", "", Duration.ofSeconds(10), true),
        TRICKLED_HEADERS("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: ", "a", Duration.ofSeconds(5), true),
        TRICKLED_BODIES("""
                POST /api/events HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Content-Length: 8000\r
                \r
                """, " ", Duration.ofSeconds(2), true),
        NEVER_READING("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20), "", Duration.ofSeconds(5),
                false);

        private final String opening;
        private final String drip;
        private final Duration interval;
        private final boolean reads;

        Kind(String opening, String drip, Duration interval, boolean reads) {
            this.opening = opening;
            this.drip = drip;
            this.interval = interval;
            this.reads = reads;
        }
    }

    /// All floods, each from one address and from 40.
    static List<ConnectionFlood> all(double rate, Duration time) {
        return Stream.of(1, 40)
                .flatMap(addresses -> Stream.of(
                        new ConnectionFlood(Kind.IDLE, 10_000, addresses, rate, time),
                        new ConnectionFlood(Kind.TRICKLED_HEADERS, 10_000, addresses, rate, time),
                        new ConnectionFlood(Kind.TRICKLED_BODIES, 2_000, addresses, rate, time),
                        new ConnectionFlood(Kind.NEVER_READING, 2_000, addresses, rate, time)))
                .toList();
    }

    @Override
    public String name() {
        return connections + " connections, " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + ", from " + addresses + (addresses == 1 ? " address" : " addresses");
    }

    /// A JVM that has just started would make the load before the flood slow.
    @Override
    public void prepare(Target target) throws IOException, InterruptedException {
        OpenLoad.run(URI.create("http://127.0.0.1:" + target.address().getPort()),
                OpenLoad.Options.of(rate, WARM_UP, LOAD_CONNECTIONS, LOAD_CONNECTIONS,
                        "warm-up-" + System.currentTimeMillis()));
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException, InterruptedException {
        double before = load(target, findings, "before");
        List<InetAddress> sources = Crowd.addresses(addresses);
        try (Crowd crowd = Crowd.start(target.address(),
                new Crowd.Plan(connections, sources, kind.opening.getBytes(ISO_8859_1), kind.drip.getBytes(ISO_8859_1),
                        kind.interval, kind.reads))) {
            double during = load(target, findings, "during");
            crowd.judge(findings);
            findings.figure("p99 during / before: %.2f", during / before);
            findings.require(during <= Math.max(FLOOR_MILLIS, 2 * before),
                    "the p99 of the load is %.1f ms, more than %.0f ms and twice the %.1f ms before", during,
                    FLOOR_MILLIS, before);
        }
    }

    private double load(Target target, Findings findings, String when) throws IOException, InterruptedException {
        URI service = URI.create("http://127.0.0.1:" + target.address().getPort());
        LoadResult result = OpenLoad.run(service,
                OpenLoad.Options.of(rate, time, LOAD_CONNECTIONS, LOAD_CONNECTIONS,
                        "flood-" + System.currentTimeMillis()));
        findings.figure("%s: by status %s, errors %d, p50 %.1f ms, p99 %.1f ms", when, result.byStatus(),
                result.errors(), result.latencyMillis(50), result.latencyMillis(99));
        findings.require(result.byStatus().keySet().equals(Set.of(202)), "%s: not every event of the load was accepted",
                when);
        findings.require(result.errors() == 0, "%s: %d requests of the load had no answer", when, result.errors());
        return result.latencyMillis(99);
    }
}
