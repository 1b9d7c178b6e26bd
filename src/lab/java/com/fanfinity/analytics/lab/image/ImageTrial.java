package com.fanfinity.analytics.lab.image;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.ClickHouseEngine;
import com.fanfinity.analytics.stack.KafkaBroker;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// `bin/image-here`: runs the image of the service in a confined container, with the broker and the engine of this
/// machine. The container must start, pass its health check, count and store an event, and stop in time: with and
/// without its AOT cache, and with tracing.
///
/// The exit code is 0 if all of that holds.
final class ImageTrial {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration SETTLED_LIMIT = Duration.ofSeconds(60);
    private static final List<String> HEALTH_CHECK = List.of("/opt/jre/bin/java", "-Xmx16m",
            "-XX:TieredStopAtLevel=1", "-cp", "/app/analytics.jar", "com.fanfinity.analytics.app.HealthCheck");
    private static final String OPTIONS = "-XX:MaxRAMPercentage=50 -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError";

    private static final List<String> TRACED = List.of("@/app/agent/on.options", "-jar", "/app/analytics.jar");

    private final String image;
    private final Podman container;
    private final Map<String, String> parts;
    private final SpanCounter spans;
    private final String clickHouse;
    private final int port = Ports.free();
    private final HttpClient client = HttpClient.newHttpClient();

    private ImageTrial(String image, Podman container, KafkaBroker kafka, ClickHouseEngine clickHouse,
            SpanCounter spans) {
        this.image = image;
        this.spans = spans;
        this.container = container;
        this.clickHouse = clickHouse.url();
        this.parts = Map.of("HTTP_HOST", "127.0.0.1", "AUTH", "off", "HTTP_PORT", Integer.toString(port),
                "OPS_PORT", Integer.toString(Ports.free()), "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(), "CLICKHOUSE_URL", clickHouse.url());
    }

    /// @param args the image, then the command of podman
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(ProjectDir.find().resolve("target/image-trial"));
        Path data = Files.createTempDirectory(directory, "run-");
        Podman container = new Podman(Arrays.asList(args).subList(1, args.length), "fanfinity-trial");
        container.remove();
        try (KafkaBroker kafka = KafkaBroker.start(data.resolve("kafka"), Ports.free());
                ClickHouseEngine clickHouse = ClickHouseEngine.start(data.resolve("clickhouse"), Ports.free());
                SpanCounter spans = new SpanCounter()) {
            // The first container creates topics and tables.
            for (String how : List.of("first", "cache", "none", "cache", "none", "traced")) {
                System.out.println(new ImageTrial(args[0], container, kafka, clickHouse, spans).run(how));
            }
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    private String run(String how) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(parts);
        environment.put("JAVA_TOOL_OPTIONS", OPTIONS + (how.equals("none") ? " -XX:AOTMode=off" : ""));
        environment.put("KAFKA_TOPIC_PREFIX", "trial-");
        boolean traced = how.equals("traced");
        int deliveriesBefore = spans.deliveries();
        environment.putAll(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", spans.endpoint(), "OTEL_TRACES_SAMPLER_ARG", "1"));
        try {
            long start = System.nanoTime();
            container.run(image, environment, traced ? TRACED : List.of());
            long listening = await("/health/live", start);
            long cpu = container.cpu();
            long ready = await("/health/ready", start);
            long readyCpu = container.cpu();
            confined();
            healthy();
            countsAndStores("trial-" + System.nanoTime());
            String memory = container.status("VmRSS");
            long stop = System.nanoTime();
            int exit = container.stop();
            require(exit == 0, "exit code " + exit + "\n" + container.logs());
            require(spans.deliveries() > deliveriesBefore == traced,
                    "trace deliveries: " + (spans.deliveries() - deliveriesBefore) + " times");
            return "%-6s listening %5d ms (%5d ms of CPU)   ready %5d ms (%5d ms)   RSS %s kB   stopped in %d ms"
                    .formatted(how, listening,
                            cpu, ready, readyCpu, memory, since(stop));
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + container.logs(), e);
        } finally {
            container.remove();
        }
    }

    /// With as many tries as Docker: partitions may move once more after the service is ready.
    private void healthy() throws IOException, InterruptedException {
        for (int tries = 1; container.exec(HEALTH_CHECK) != 0; tries++) {
            require(tries < 3, "the health check fails");
            Thread.sleep(Duration.ofSeconds(10));
        }
    }

    /// The restrictions as the kernel reports them, not as requested.
    private void confined() throws IOException, InterruptedException {
        require(container.status("Uid").equals("10001"), "it runs with uid " + container.status("Uid"));
        require(container.status("CapEff").equals("0000000000000000"),
                "it has capabilities: " + container.status("CapEff"));
        require(container.status("NoNewPrivs").equals("1"), "it may gain privileges");
        require(container.inspect("{{.HostConfig.ReadonlyRootfs}}").equals("true"), "its root is writable");
    }

    private void countsAndStores(String match) throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            String event = """
                    {"matchId":"%s","eventType":"goal","teamId":"home","timestamp":"2026-11-21T12:00:%02dZ"}"""
                    .formatted(match, i % 60);
            HttpResponse<String> answer = client.send(request("/api/events").header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(event)).build(), HttpResponse.BodyHandlers.ofString());
            require(answer.statusCode() == 202, "status of an event: " + answer.statusCode() + " " + answer.body());
        }
        long deadline = System.nanoTime() + SETTLED_LIMIT.toNanos();
        while (!counted(match).contains("\"totalEvents\":100,") || !stored(match).equals("100")) {
            require(System.nanoTime() < deadline, "stored " + stored(match) + ", counted " + counted(match));
            Thread.sleep(POLL);
        }
    }

    private String counted(String match) throws IOException, InterruptedException {
        return client.send(request("/api/matches/" + match + "/metrics").build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String stored(String match) throws IOException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(URI.create(clickHouse)).POST(HttpRequest.BodyPublishers
                .ofString("SELECT count() FROM fanfinity.match_events WHERE match_id = '" + match + "' FORMAT TSV"))
                .build();
        return client.send(question, HttpResponse.BodyHandlers.ofString()).body().strip();
    }

    /// @return ms since `start`
    private long await(String path, long start) throws InterruptedException, IOException {
        while (since(start) < START_LIMIT.toMillis()) {
            try {
                if (client.send(request(path).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return since(start);
                }
            } catch (IOException _) {
                require(container.inspect("{{.State.Running}}").equals("true"), "it ended before it was ready");
            }
            Thread.sleep(POLL);
        }
        throw new IllegalStateException("no " + path + " within " + START_LIMIT);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(10));
    }

    private static long since(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static void require(boolean so, String otherwise) {
        if (!so) {
            throw new IllegalStateException(otherwise);
        }
    }
}
