package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.fanfinity.analytics.lab.bench.OpenLoad.Options;

/// Loads a running service, then checks that no event was lost or counted twice. The exit code is 0 if every total is
/// exact and there was no error, 1 if not, 2 if a setting is invalid.
///
/// Environment: TARGET_URL, CLICKHOUSE_URL (and CLICKHOUSE_USER, CLICKHOUSE_PASSWORD), RATE requests a second, SECONDS,
/// WARM_UP_SECONDS at half the rate before the measurement (a JVM on two cores compiles for over a minute), MATCHES,
/// CONNECTIONS, MAX_P99_MS (no limit if not set), SETTLE_SECONDS as the time limit for the totals. TARGET_URL must be a
/// loopback address.
public final class IngestBench {
    private static final int SHOWN = 5;

    private final Settings settings;
    private final PrintStream out;

    /// @param maxP99Millis infinite for no limit
    public record Settings(URI target, SettledTotals.ClickHouse clickHouse, double rate, Duration duration, int matches,
            int connections,
            double maxP99Millis, Duration settle, Duration warmUp) {

        /// @throws IllegalArgumentException with a message for the user
        public static Settings from(Map<String, String> environment) {
            var env = new HashMap<>(environment);
            env.values().removeIf(String::isBlank);
            if (!env.containsKey("CLICKHOUSE_URL")) {
                throw new IllegalArgumentException("CLICKHOUSE_URL is missing");
            }
            var clickHouse = new SettledTotals.ClickHouse(URI.create(env.getOrDefault("CLICKHOUSE_URL", "")),
                    env.getOrDefault("CLICKHOUSE_USER", ""), env.getOrDefault("CLICKHOUSE_PASSWORD", ""));
            return new Settings(URI.create(env.getOrDefault("TARGET_URL", "http://127.0.0.1:8080")), clickHouse,
                    number(env, "RATE", 4000),
                    Duration.ofSeconds((long) number(env, "SECONDS", 60)), (int) number(env, "MATCHES", 100),
                    (int) number(env, "CONNECTIONS", 64), number(env, "MAX_P99_MS", Double.POSITIVE_INFINITY),
                    Duration.ofSeconds((long) number(env, "SETTLE_SECONDS", 120)),
                    Duration.ofSeconds((long) number(env, "WARM_UP_SECONDS", 90)));
        }

        private static double number(Map<String, String> env, String name, double byDefault) {
            try {
                return env.containsKey(name) ? Double.parseDouble(env.getOrDefault(name, "")) : byDefault;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " must be a number", e);
            }
        }
    }

    public IngestBench(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    @SuppressWarnings("SystemOut")
    static void main() throws InterruptedException {
        try {
            System.exit(new IngestBench(Settings.from(System.getenv()), System.out)
                    .run(Long.toString(System.currentTimeMillis(), 36)));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (IOException e) {
            System.err.println("cannot connect to " + e.getMessage());
            System.exit(1);
        }
    }

    /// Runs warm-up, measurement and the comparison of totals.
    ///
    /// @param run a part of the match ids, so that runs do not share matches
    /// @return the exit status
    public int run(String run) throws IOException, InterruptedException {
        var measuredOptions = Options.of(settings.rate(), settings.duration(), settings.connections(),
                settings.matches(), run);
        var warmUpOptions = measuredOptions.at(settings.rate() / 2, settings.warmUp(), 0);
        out.printf(Locale.ROOT, "run %s: %.0f requests/s for %d s over %d connections, %d matches, to %s%n", run,
                settings.rate(),
                settings.duration().toSeconds(), settings.connections(), settings.matches(), settings.target());
        var warmUp = OpenLoad.run(settings.target(), warmUpOptions);
        out.printf(Locale.ROOT, "warm-up   %d acknowledged, statuses %s, errors %d%n", warmUp.acknowledged().total(),
                warmUp.byStatus(),
                warmUp.errors());
        var measured = OpenLoad.run(settings.target(),
                measuredOptions.at(settings.rate(), settings.duration(), warmUpOptions.count()));
        print(measured);
        boolean answered = allTaken(warmUp) && allTaken(measured);
        boolean inTime = measured.latencyMillis(99) <= settings.maxP99Millis();
        if (!inTime) {
            out.printf(Locale.ROOT, "p99 exceeds %.1f ms%n", settings.maxP99Millis());
        }
        boolean exact = settle(run, warmUp.acknowledged().plus(measured.acknowledged()));
        out.println(answered && inTime && exact ? "PASSED" : "FAILED");
        return answered && inTime && exact ? 0 : 1;
    }

    private static boolean allTaken(OpenLoad.LoadResult result) {
        return result.errors() == 0 && result.byStatus().keySet().equals(Set.of(202));
    }

    private void print(OpenLoad.LoadResult result) {
        double seconds = result.elapsed().toNanos() / 1e9;
        out.printf(Locale.ROOT,
                "measured  %d acknowledged in %.1f s: %.0f/s, statuses %s, errors %d, client CPU %.1f us/request%n",
                result.acknowledged().total(), seconds, result.acknowledged().total() / seconds, result.byStatus(),
                result.errors(),
                result.cpuMicrosPerRequest());
        var line = new StringBuilder("latency  ");
        for (double percentile : List.of(50.0, 90.0, 99.0, 99.9)) {
            line.append(String.format(Locale.ROOT, " p%s %.2f ms,",
                    percentile % 1 == 0 ? String.valueOf((int) percentile) : percentile,
                    result.latencyMillis(percentile)));
        }
        out.println(
                line + String.format(Locale.ROOT, " max %.2f ms (from the intended start)", result.latencyMillis(100)));
    }

    private boolean settle(String run, Ledger acknowledged) throws InterruptedException {
        var totals = new SettledTotals(acknowledged.byMatch());
        var service = totals.inService(settings.target(), settings.settle());
        print("service", service, acknowledged.total());
        var clickHouse = totals.inClickHouse(settings.clickHouse(), run, settings.settle());
        print("clickhouse", clickHouse, acknowledged.total());
        out.printf(Locale.ROOT, "caught up in %.1f s (service), %.1f s more (ClickHouse)%n",
                service.waited().toNanos() / 1e9,
                clickHouse.waited().toNanos() / 1e9);
        return service.exact() && clickHouse.exact();
    }

    private void print(String where, SettledTotals.TotalsComparison outcome, long total) {
        if (outcome.exact()) {
            out.printf("%-9s exact: %d events%n", where, total);
            return;
        }
        out.printf("%-9s NOT exact, %d matches differ%n", where, outcome.differing().size());
        outcome.differing().entrySet().stream().limit(SHOWN)
                .forEach(e -> out.printf("  %s: %s%n", e.getKey(), e.getValue()));
    }
}
