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

/// Makes the {@link AotCache}s: broker and service run once for a few requests, with data that is thrown away.
public final class AotTraining {

    private static final Object ONCE = new Object();
    private static boolean done;

    private AotTraining() {}

    /// Makes what is not there yet, at most once in a JVM; takes about half a minute then. Without caches all works, too: a training
    /// that fails is told and no more.
    @SuppressWarnings("SystemOut")
    public static void ensure() throws InterruptedException {
        synchronized (ONCE) {
            try {
                if (!done && isMissing()) {
                    trainUnlessAnotherJvmDoes();
                }
            } catch (IOException | IllegalStateException e) {
                System.out.println("starts will be slower, no AOT cache was made: " + e);
            }
            done = true;
        }
    }

    private static boolean isMissing() throws IOException {
        return Program.SERVICE.cache().isEmpty() || Program.BROKER.cache().isEmpty();
    }

    /// Tests run in several JVMs.
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
        // What was made of classes that are no more: 150 MB every time.
        delete(home);
        Path directory = Files.createDirectories(home.resolve("training"));
        AotCache ofBroker = Program.BROKER.prepare();
        AotCache ofService = Program.SERVICE.prepare();
        KafkaBroker broker = KafkaBroker.train(directory.resolve("kafka"), Ports.free(), ofBroker);
        try (broker) {
            ServiceProcess service = ServiceProcess.train(Ports.free(),
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "CLICKHOUSE_URL", "http://127.0.0.1:" + Ports.free(),
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
            return client.send(request(service, "/health/ready").build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        }
    }

    /// A few events and reads.
    static void exercise(String service) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 50; i++) {
                String event = """
                        {"matchId":"training","eventType":"pass","teamId":"home","timestamp":"2026-11-21T12:00:%02dZ"}""".formatted(i);
                client.send(request(service, "/api/events").header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(event)).build(), HttpResponse.BodyHandlers.discarding());
                client.send(request(service, "/api/matches/training/metrics").build(), HttpResponse.BodyHandlers.discarding());
            }
        }
    }

    private static HttpRequest.Builder request(String service, String path) {
        return HttpRequest.newBuilder(URI.create(service + path)).timeout(Duration.ofSeconds(10));
    }
}
