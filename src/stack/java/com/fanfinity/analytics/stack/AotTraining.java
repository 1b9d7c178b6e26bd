package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

import com.fanfinity.analytics.stack.AotCache.Program;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Creates the [AotCache]s: runs broker and service once for a few requests, with temporary data.
public final class AotTraining {

    private static final Object ONCE = new Object();
    private static boolean done;

    private AotTraining() {}

    /// Creates the missing caches, at most once in a JVM, which takes about 30 s. A failed training is only reported,
    /// because every program also starts without a cache.
    @SuppressWarnings("SystemOut")
    public static void ensure() throws InterruptedException {
        synchronized (ONCE) {
            try {
                if (!done && isMissing()) {
                    trainUnlessAnotherJvmDoes();
                }
            } catch (IOException | IllegalStateException e) {
                System.out.println("No AOT cache was created, so starts are slower: " + e);
            }
            done = true;
        }
    }

    private static boolean isMissing() throws IOException {
        return Program.SERVICE.cache().isEmpty() || Program.BROKER.cache().isEmpty();
    }

    /// The lock file is needed because several JVMs run tests.
    private static void trainUnlessAnotherJvmDoes() throws IOException, InterruptedException {
        Path file = ProjectDir.find().resolve("target/aot.lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && isMissing()) {
                train();
            }
        }
    }

    private static void train() throws IOException, InterruptedException {
        Path home = ProjectDir.find().resolve("target/aot");
        // The caches of earlier classes: 150 MB each time.
        delete(home);
        Path directory = Files.createDirectories(home.resolve("training"));
        AotCache ofBroker = Program.BROKER.prepare();
        AotCache ofService = Program.SERVICE.prepare();
        KafkaBroker broker = KafkaBroker.train(directory.resolve("kafka"), Ports.free(), ofBroker);
        try (broker) {
            ServiceProcess service = ServiceProcess.train(Ports.free(),
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "CLICKHOUSE_URL",
                            "http://127.0.0.1:" + Ports.free(),
                            "STATE_DIR", directory.resolve("streams").toString(), "KAFKA_PARTITIONS", "4"),
                    directory.resolve("service.log"), ofService);
            try (service) {
                exercise(service.url());
            }
        }
        ofService.finish();
        ofBroker.finish();
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    static boolean isReady(String service) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request(service, "/health/ready").build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode() == 200;
        }
    }

    /// Sends a few events and reads.
    static void exercise(String service) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 50; i++) {
                String event = """
                        {"matchId":"training","eventType":"pass","teamId":"home","timestamp":"2026-11-21T12:00:%02dZ"}"""
                        .formatted(i);
                client.send(request(service, "/api/events").header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(event)).build(),
                        HttpResponse.BodyHandlers.discarding());
                client.send(request(service, "/api/matches/training/metrics").build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
    }

    private static HttpRequest.Builder request(String service, String path) {
        return HttpRequest.newBuilder(URI.create(service + path)).timeout(Duration.ofSeconds(10));
    }
}
