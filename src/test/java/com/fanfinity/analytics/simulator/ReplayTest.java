package com.fanfinity.analytics.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.simulator.FakeService.Reply;
import com.fanfinity.analytics.simulator.FakeService.Request;

class ReplayTest {
    private final FakeClock clock = new FakeClock();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @Test
    void run_maxSpeed_sendsBatchesOf500InOrderAndExits0() throws Exception {
        List<String> lines = lines(1200);
        try (var service = new FakeService(_ -> Reply.accepted())) {
            assertEquals(0, replay(service, lines, "max"), this::output);

            assertEquals(List.of(500, 500, 200), service.requests().stream().map(r -> r.events().size()).toList());
            assertEquals(lines, service.requests().stream().flatMap(r -> r.events().stream()).toList());
        }
    }

    @Test
    void run_partlyRejected_exits1AndNamesTheLines() throws Exception {
        String partly = "{\"accepted\":9,\"rejected\":[{\"index\":4,\"errors\":[{\"field\":\"teamId\",\"message\":\"is required\"}]}]}";
        var lines = new ArrayList<>(lines(10));
        lines.add(0, "");
        lines.add("not json");
        try (var service = new FakeService(_ -> Reply.of(207, partly))) {
            assertEquals(1, replay(service, lines, "max"));

            assertTrue(output().contains("line 6: teamId: is required"), output());
            assertTrue(output().contains("line 12: not JSON"), output());
            assertTrue(output().contains("9 accepted, 2 rejected, 0 not accepted"), output());
        }
    }

    @Test
    void run_speed60_takesASixtiethOfTheTime() throws Exception {
        try (var service = new FakeService(_ -> Reply.accepted())) {
            assertEquals(0, replay(service, lines(121), "60"));

            assertEquals(Duration.ofSeconds(2), clock.passed());
            assertEquals(lines(121), service.requests().stream().flatMap(r -> r.events().stream()).toList());
        }
    }

    @Test
    void run_eventWithoutId_getsOneThatARetryKeeps() throws Exception {
        try (var service = new FakeService(r -> r.number() == 0 ? Reply.of(503, "") : Reply.accepted())) {
            assertEquals(0, replay(service, List.of("{ \"matchId\": \"m\", \"eventType\": \"pass\"}"), "60"));

            List<String> bodies = service.requests().stream().map(Request::body).toList();
            assertEquals(2, bodies.size());
            assertEquals(bodies.getFirst(), bodies.getLast());
            assertTrue(bodies.getFirst().matches("\\{\"eventId\":\"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab].*"),
                    bodies.getFirst());
        }
    }

    @Test
    void run_serviceNeverAcceptsThem_exits1() throws Exception {
        try (var service = new FakeService(_ -> Reply.of(503, ""))) {
            assertEquals(1, replay(service, lines(3), "max"));

            assertTrue(output().contains("0 accepted, 0 rejected, 3 not accepted"), output());
        }
    }

    @Test
    void options_badSpeedOrNoFile_areReported() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "");

        assertTrue(usage("FILE=" + file, "SPEED=fast").contains("SPEED must be"));
        assertTrue(usage("FILE=" + file, "SPEED=-1").contains("SPEED must be"));
        assertTrue(usage("SPEED=1").contains("FILE is missing"));
        assertTrue(usage("FILE=" + directory.resolve("none")).contains("no such file"));
    }

    private static String usage(String... args) {
        return String
                .valueOf(assertThrows(UsageException.class, () -> ReplayOptions.from(args, Map.of())).getMessage());
    }

    private int replay(FakeService service, List<String> lines, String speed) throws Exception {
        Path file = Files.write(directory.resolve("match.ndjson"), lines);
        var options = ReplayOptions.from(new String[]{file.toString()},
                Map.of("SPEED", speed, "TARGET_URL", service.target().base().toString()));
        var retry = new RetryPolicy(Duration.ofMillis(100), Duration.ofSeconds(1), 3);
        return new Replay(options, retry, clock, new SplittableRandom(1)).run(new PrintStream(out, true, UTF_8), false);
    }

    private String output() {
        return out.toString(UTF_8);
    }

    /// One event per second.
    private static List<String> lines(int count) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            Instant at = Instant.parse("2018-07-15T15:00:00Z").plusSeconds(i);
            lines.add(
                    "{\"eventId\":\"%08d-0000-4000-8000-000000000000\",\"matchId\":\"m\",\"eventType\":\"pass\",\"timestamp\":\"%s\",\"teamId\":1}"
                            .formatted(i, at));
        }
        return lines;
    }
}
