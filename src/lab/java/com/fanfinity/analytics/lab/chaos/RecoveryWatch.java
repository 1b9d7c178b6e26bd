package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import com.fanfinity.analytics.lab.chaos.Recovery.Milestone;

/// Reads matches and counts stored events continuously, and so measures the recovery after each disturbance. A recovery
/// that is not complete before the next disturbance is not measured.
final class RecoveryWatch implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final List<String> services;
    private final String clickHouse;
    private final Set<String> matches;
    private final LongSupplier accepted;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT)
            .build();
    /// The number of parallel probes: one that hangs must not stop the others.
    private static final int PROBES = 16;

    private final List<Recovery> recoveries = new ArrayList<>();
    private final ScheduledExecutorService probes = Executors.newScheduledThreadPool(PROBES,
            Thread.ofVirtual().factory());
    private boolean measuring;

    /// @param matches the matches to read
    /// @param accepted the number of events with a 202 so far
    RecoveryWatch(List<String> services, String clickHouse, Set<String> matches, LongSupplier accepted) {
        this.services = List.copyOf(services);
        this.clickHouse = clickHouse;
        this.matches = Set.copyOf(matches);
        this.accepted = accepted;
    }

    void start() {
        matches.forEach(match -> repeat(() -> read(match)));
        repeat(this::count);
    }

    /// Starts a disturbance, which ends the current measurement.
    synchronized void disturbed() {
        measuring = false;
    }

    /// Starts the measurement: all disturbed components can recover now.
    ///
    /// @param from by {@link System#nanoTime()}
    synchronized void recovering(String group, long from) {
        recoveries.add(new Recovery(group, from, accepted.getAsLong(), matches));
        measuring = true;
    }

    synchronized void accepted(long begun) {
        if (measuring) {
            recoveries.getLast().accepted(begun);
        }
    }

    private synchronized void isRead(String match, long begun) {
        if (measuring) {
            recoveries.getLast().read(match, begun);
        }
    }

    private synchronized void stored(long rows, long begun) {
        if (measuring) {
            recoveries.getLast().stored(rows, begun);
        }
    }

    private interface Probe {
        void run() throws IOException, InterruptedException;
    }

    private void repeat(Probe probe) {
        var _ = probes.scheduleWithFixedDelay(() -> {
            try {
                probe.run();
            } catch (IOException _) {
                // not recovered yet
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // closed
            }
        }, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void read(String match) throws InterruptedException {
        for (String service : services) {
            long begun = System.nanoTime();
            try {
                HttpRequest.Builder request = HttpRequest
                        .newBuilder(URI.create(service + "/api/matches/" + match + "/metrics"));
                if (send(request).statusCode() == 200) {
                    isRead(match, begun);
                    return;
                }
            } catch (IOException _) {
                // try the next instance
            }
        }
    }

    private void count() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        HttpResponse<String> rows = send(
                HttpRequest.newBuilder(URI.create(clickHouse + "/?default_format=TabSeparated"))
                        .POST(BodyPublishers.ofString("SELECT count() FROM fanfinity.match_events")));
        if (rows.statusCode() == 200) {
            stored(Long.parseLong(rows.body().strip()), begun);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
    }

    /// A line for each kind of disturbance: seconds as minimum/median/maximum, and the number of measurements.
    synchronized List<String> table() {
        SortedMap<String, List<Recovery>> groups = new TreeMap<>(
                recoveries.stream().collect(Collectors.groupingBy(Recovery::group)));
        List<String> lines = new ArrayList<>();
        lines.add("  %-36s %3s  %-18s %-18s %-18s %-18s".formatted("s, min/median/max", "n", "first 202",
                "first good read",
                "every match read", "sink caught up"));
        groups.forEach((group, of) -> lines.add("  %-36s %3d  %-18s %-18s %-18s %-18s".formatted(group, of.size(),
                spread(of, Milestone.FIRST_202), spread(of, Milestone.FIRST_READ), spread(of, Milestone.EVERY_READ),
                spread(of, Milestone.SINK))));
        return lines;
    }

    private static String spread(List<Recovery> recoveries, Milestone milestone) {
        List<Double> seconds = recoveries.stream().flatMap(recovery -> recovery.after(milestone).stream()).sorted()
                .toList();
        if (seconds.isEmpty()) {
            return "overtaken";
        }
        String spread = "%.1f/%.1f/%.1f".formatted(seconds.getFirst(), seconds.get(seconds.size() / 2),
                seconds.getLast());
        return seconds.size() == recoveries.size() ? spread : spread + " (" + seconds.size() + ")";
    }

    @Override
    public void close() {
        probes.shutdownNow();
        http.shutdownNow();
    }
}
