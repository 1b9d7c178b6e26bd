package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.Ports;

/// A step of the image's build (`docker/Dockerfile`): runs a command that is the service, with a broker and some requests, and ends it in
/// order. ClickHouse is not there; the service does without until it is.
final class ImageTraining {

    /// For a builder that is busy, not for an emulated processor: {@link KafkaBroker} and {@link AotTraining} have limits made for real ones.
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private ImageTraining() {}

    /// @param args a directory to use and the command; exit code 1 if the service does not come up or does not end in order
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int port = Ports.free();
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"), Ports.free())) {
            ChildProcess service = ChildProcess.start("service", directory.resolve("service.log"),
                    Map.of("HTTP_HOST", "127.0.0.1", "HTTP_PORT", Integer.toString(port), "KAFKA_BOOTSTRAP_SERVERS",
                            broker.bootstrapServers(), "KAFKA_PARTITIONS", "4", "CLICKHOUSE_URL", "http://127.0.0.1:" + Ports.free(),
                            "STATE_DIR", directory.resolve("streams").toString()),
                    ChildProcess.ENDING_WITH_PARENT, List.of(args).subList(1, args.length));
            String url = "http://127.0.0.1:" + port;
            service.awaitReady(LIMIT, () -> AotTraining.isReady(url));
            AotTraining.exercise(url);
            // The cache is written at the end.
            service.stop(LIMIT);
            int exit = service.onExit().join().exitValue();
            System.out.println(service.logTail());
            System.exit(exit);
        }
    }
}
