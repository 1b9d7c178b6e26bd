package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Waits until the service and ClickHouse each hold exactly the acknowledged events of every match. A total that is too
/// high never decreases again.
public final class SettledTotals {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Long> expected;

    /// @param expected acknowledged events by match
    public SettledTotals(Map<String, Long> expected) {
        this.expected = Map.copyOf(expected);
    }

    /// @param waited the time until all totals were equal, or the time limit
    /// @param differing the totals of each match that differs; empty if all are exact
    public record TotalsComparison(Duration waited, Map<String, String> differing) {
        public boolean exact() {
            return differing.isEmpty();
        }
    }

    /// The current totals of a source by match, without unknown matches.
    private interface Source {
        Map<String, String> read() throws IOException, InterruptedException;
    }

    /// `totalEvents` of `GET /api/matches/{matchId}/metrics`.
    public TotalsComparison inService(URI target, Duration bound) throws InterruptedException {
        var equal = new HashMap<String, String>();
        return await(bound, () -> {
            for (String match : expected.keySet()) {
                if (!equal.containsKey(match)) {
                    Optional<String> total = totalEvents(target, match);
                    total.ifPresent(count -> equal.put(match, count));
                }
            }
            var read = Map.copyOf(equal);
            equal.entrySet().removeIf(entry -> !entry.getValue().equals(text(entry.getKey())));
            return read;
        }, this::text);
    }

    private Optional<String> totalEvents(URI target, String match) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(target + "/api/matches/" + match + "/metrics"))
                .timeout(Duration.ofSeconds(10));
        var response = http.send(request.build(), BodyHandlers.ofString(UTF_8));
        return response.statusCode() == 200
                ? Optional.of(JSON.readTree(response.body()).path("totalEvents").asText())
                : Optional.empty();
    }

    /// Rows and distinct ids of `fanfinity.match_events`, which must both equal the acknowledged events.
    ///
    /// @param run the run in the match ids
    TotalsComparison inClickHouse(ClickHouse clickHouse, String run, Duration bound) throws InterruptedException {
        String query = "SELECT match_id, count(), uniqExact(event_id) FROM fanfinity.match_events "
                + "WHERE match_id LIKE 'bench-"
                + run
                + "-%' GROUP BY match_id";
        return await(bound, () -> rows(clickHouse.query(http, query)), match -> text(match) + "\t" + text(match));
    }

    private static Map<String, String> rows(String tabSeparated) {
        var rows = new HashMap<String, String>();
        tabSeparated.lines().filter(line -> !line.isBlank()).forEach(line -> {
            List<String> parts = List.of(line.split("\t", 2));
            rows.put(parts.getFirst(), parts.getLast());
        });
        return rows;
    }

    private String text(String match) {
        return String.valueOf(expected.get(match));
    }

    private interface Expectation {
        String of(String match);
    }

    private TotalsComparison await(Duration bound, Source source, Expectation expectation) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            Map<String, String> differing = differing(source, expectation);
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (differing.isEmpty() || waited.compareTo(bound) >= 0) {
                return new TotalsComparison(waited, differing);
            }
            Thread.sleep(POLL);
        }
    }

    private Map<String, String> differing(Source source, Expectation expectation) throws InterruptedException {
        var differing = new TreeMap<String, String>();
        try {
            Map<String, String> found = source.read();
            expected.keySet().forEach(match -> {
                String has = found.getOrDefault(match, "nothing");
                if (!has.equals(expectation.of(match))) {
                    differing.put(match, has.replace("\t", " rows, distinct ") + " instead of " + text(match));
                }
            });
            found.keySet().stream().filter(match -> !expected.containsKey(match))
                    .forEach(match -> differing.put(match, "not sent"));
        } catch (JsonProcessingException e) {
            differing.put("-", "the answer is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            differing.put("-", "no answer: " + e);
        }
        return differing;
    }

    /// @param url the address of the HTTP interface
    /// @param user sent with `password`, unless it is empty
    record ClickHouse(URI url, String user, String password) {
        String query(HttpClient http, String sql) throws IOException, InterruptedException {
            String base = url.toString();
            String address = base + (base.contains("?") ? "&" : base.endsWith("/") ? "?" : "/?")
                    + "default_format=TabSeparated";
            var request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60))
                    .POST(BodyPublishers.ofString(sql));
            if (!user.isEmpty()) {
                request.header("X-ClickHouse-User", user).header("X-ClickHouse-Key", password);
            }
            var response = http.send(request.build(), BodyHandlers.ofString(UTF_8));
            if (response.statusCode() != 200) {
                throw new IOException(
                        "ClickHouse returned " + response.statusCode() + ": "
                                + response.body().lines().findFirst().orElse(""));
            }
            return response.body();
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }
}
