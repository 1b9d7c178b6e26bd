package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// `make dev`: the whole system on this machine, each part in a process of its own, kept running until Ctrl-C.
///
/// Exit code 0 after SIGINT or SIGTERM, 1 if it could not start or a part does not stay up.
final class LocalStack {
    /// A predecessor that was killed leaves children that are on their way out.
    private static final Duration PORTS_LIMIT = Duration.ofSeconds(3);

    private final StackSettings settings;
    private final StartProgress progress = new StartProgress(System.out);
    private final Supervisor supervisor;
    private volatile int exitCode;

    private LocalStack(StackSettings settings) {
        this.settings = settings;
        this.supervisor = new Supervisor(settings.run(), progress);
    }

    static void main() throws IOException {
        // The admin client that waits for the broker would print its configuration.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        StackSettings settings;
        try {
            settings = StackSettings.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(1);
            return;
        }
        Files.createDirectories(settings.run());
        try (FileChannel channel = FileChannel.open(settings.run().resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // The system releases it with the process, however that ends.
            FileLock lock = channel.tryLock();
            if (lock == null) {
                System.out.println("make dev already runs in " + settings.home() + "; end that one first");
                System.exit(1);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            new LocalStack(settings).run();
        }
    }

    private void run() {
        Thread starter = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(starter), "end"));
        try {
            List<String> taken = takenPorts();
            if (taken.isEmpty()) {
                start();
                supervisor.awaitGivingUp();
            } else {
                taken.forEach(progress::line);
            }
            exitCode = 1;
        } catch (InterruptedException _) {
            // by the hook
            return;
        } catch (IOException | IllegalStateException e) {
            progress.line(String.valueOf(e.getMessage()));
            exitCode = 1;
        }
        System.exit(exitCode);
    }

    private List<String> takenPorts() {
        long deadline = System.nanoTime() + PORTS_LIMIT.toNanos();
        List<String> taken = settings.takenPorts();
        while (!taken.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            taken = settings.takenPorts();
        }
        return taken;
    }

    private void start() throws IOException, InterruptedException {
        long start = System.nanoTime();
        ClickHouseEngine clickHouse = progress.step("starting clickhouse",
                () -> ClickHouseEngine.start(settings.data("clickhouse"), settings.clickHousePort(), settings.log("clickhouse")));
        if (!clickHouse.external()) {
            supervisor.add(clickHouse);
        }
        KafkaBroker kafka = progress.step("starting kafka",
                () -> KafkaBroker.start(settings.data("kafka"), settings.kafkaPort(), settings.log("kafka")));
        supervisor.add(kafka);
        Map<String, String> environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL", clickHouse.url(),
                "STATE_DIR", settings.data("streams").toString());
        ServiceProcess service = progress.step(settings.tracing() ? "starting the service with tracing" : "starting the service",
                () -> settings.tracing()
                        ? ServiceProcess.startTraced(settings.mainClass(), settings.httpPort(), environment, settings.log("service"))
                        : ServiceProcess.start(settings.mainClass(), settings.httpPort(), environment, settings.log("service")));
        supervisor.add(service);
        if (settings.demo() && SimulatorProcess.exists()) {
            supervisor.add(progress.step("starting the simulator",
                    () -> SimulatorProcess.start(service.url(), settings.log("simulator"))));
        }
        progress.line(welcome(service.url(), kafka.bootstrapServers(), clickHouse.url(), (System.nanoTime() - start) / 1e9));
    }

    private String welcome(String service, String kafka, String clickHouse, double seconds) {
        return """

                Up after %.1f s. Ctrl-C ends it; data and logs stay in %s.

                  service     %s
                  kafka       %s
                  clickhouse  %s

                Try:
                  curl -s %s/api/matches
                  curl -s %s/api/events -H 'Content-Type: application/json' -d '{"matchId": "try-1", "eventType": "goal", \
                "teamId": "home", "timestamp": "%s"}'
                  curl -s %s/api/matches/try-1/metrics
                """.formatted(seconds, settings.home(), service, kafka, clickHouse, service, service,
                Instant.now().truncatedTo(ChronoUnit.SECONDS), service);
    }

    private void end(Thread starter) {
        progress.line("");
        starter.interrupt();
        supervisor.stop();
        // A JVM that a signal ends would say 130 or 143. Halting also ends a part that was only just being started.
        Runtime.getRuntime().halt(exitCode);
    }
}
