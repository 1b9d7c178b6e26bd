package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A step of the image build (`docker/Dockerfile`): starts the service with a broker, sends requests and shuts the
/// service down. There is no ClickHouse, and the service runs without it.
final class ImageTraining {

    /// Enough for a busy builder, not for an emulated processor: [KafkaBroker] and [AotTraining] have shorter limits.
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private ImageTraining() {}

    /// @param args a working directory, then the command that starts the service
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int port = Ports.free();
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"), Ports.free())) {
            ChildProcess service = ChildProcess.start("service", directory.resolve("service.log"),
                    Map.of("HTTP_HOST", "127.0.0.1", "AUTH", "off", "HTTP_PORT",
                            Integer.toString(port), "OPS_PORT", "0",
                            "KAFKA_BOOTSTRAP_SERVERS",
                            broker.bootstrapServers(), "KAFKA_PARTITIONS", "4", "CLICKHOUSE_URL",
                            "http://127.0.0.1:" + Ports.free(),
                            "STATE_DIR", directory.resolve("streams").toString()),
                    ChildProcess.ENDING_WITH_PARENT, List.of(args).subList(1, args.length));
            String url = "http://127.0.0.1:" + port;
            service.awaitReady(LIMIT, () -> AotTraining.isReady(url));
            AotTraining.exercise(url);
            // The JVM writes the cache when it ends.
            service.stop(LIMIT);
            int exit = service.onExit().join().exitValue();
            System.out.println(service.logTail());
            System.exit(exit);
        }
    }
}
