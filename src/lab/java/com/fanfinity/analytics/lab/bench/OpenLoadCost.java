package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import com.fanfinity.analytics.lab.bench.OpenLoad.Arrivals;
import com.fanfinity.analytics.lab.bench.OpenLoad.Options;

/// Measures the CPU of the load client for each request, by rate and tick, against a minimal server. The default tick
/// of [Options] is based on it.
final class OpenLoadCost {
    private OpenLoadCost() {}

    @SuppressWarnings("SystemOut")
    static void main() throws IOException, InterruptedException {
        try (var server = new TinyServer(_ -> 202, _ -> {})) {
            OpenLoad.run(server.uri(), Options.of(4000, Duration.ofSeconds(5), 64, 100, "warm"));
            for (double rate : List.of(1000.0, 4000.0, 10_000.0)) {
                for (long tickMicros : List.of(0L, 100L, 200L, 500L, 1000L)) {
                    var options = Options.of(rate, Duration.ofSeconds(5), 64, 100, "cost").with(Arrivals.POISSON, 1,
                            Duration.ofSeconds(2),
                            Duration.ofNanos(tickMicros * 1000));
                    var result = OpenLoad.run(server.uri(), options);
                    System.out.printf(Locale.ROOT,
                            "rate %6.0f/s tick %4d us: %5.1f us CPU/request, p50 %.3f ms, p99 %.3f ms, errors %d%n",
                            rate,
                            tickMicros, result.cpuMicrosPerRequest(), result.latencyMillis(50),
                            result.latencyMillis(99), result.errors());
                }
            }
        }
    }
}
