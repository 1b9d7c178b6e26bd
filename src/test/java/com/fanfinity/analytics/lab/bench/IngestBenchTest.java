package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;

/// Tests against a fake service and a fake ClickHouse, which count in memory and can miscount.
class IngestBenchTest {
    private static final String FIRST_MATCH = "bench-r1-0";
    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void run_everyTotalExact_passes() throws Exception {
        assertEquals(0, run(0, Double.POSITIVE_INFINITY), this::output);
        assertTrue(output().contains("exact: 300 events"), output());
    }

    @Test
    void run_oneRowLostInClickHouse_failsAndNamesTheMatch() throws Exception {
        assertEquals(1, run(-1, Double.POSITIVE_INFINITY), this::output);
        assertTrue(output().contains(FIRST_MATCH + ": 59 rows, distinct 60 instead of 60"), output());
    }

    @Test
    void run_oneRowTwiceInClickHouse_fails() throws Exception {
        assertEquals(1, run(1, Double.POSITIVE_INFINITY), this::output);
    }

    @Test
    void run_p99AboveTheLimit_fails() throws Exception {
        assertEquals(1, run(0, 0.000_001), this::output);
    }

    private int run(long miscount, double maxP99Millis) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/api/events", exchange -> {
            String match = new ObjectMapper().readTree(exchange.getRequestBody()).path("matchId").asText();
            counts.merge(match, 1L, Long::sum);
            reply(exchange, 202, "{}");
        });
        server.createContext("/api/matches/", exchange -> {
            String match = exchange.getRequestURI().getPath().replaceAll("/api/matches/|/metrics", "");
            reply(exchange, 200, "{\"totalEvents\":" + counts.get(match) + "}");
        });
        server.createContext("/clickhouse", exchange -> reply(exchange, 200, table(miscount)));
        server.start();
        try {
            URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            var clickHouse = new SettledTotals.ClickHouse(URI.create(target + "/clickhouse"), "", "");
            var settings = new IngestBench.Settings(target, clickHouse, 400, Duration.ofMillis(500), 5, 4, maxP99Millis,
                    Duration.ofMillis(300), Duration.ofMillis(500));
            return new IngestBench(settings, new PrintStream(out, true, UTF_8)).run("r1");
        } finally {
            server.stop(0);
        }
    }

    private String table(long miscount) {
        return counts.entrySet().stream()
                .map(e -> e.getKey() + "\t" + (e.getValue() + (e.getKey().equals(FIRST_MATCH) ? miscount : 0)) + "\t"
                        + e.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
    }

    private String output() {
        return out.toString(UTF_8);
    }
}
