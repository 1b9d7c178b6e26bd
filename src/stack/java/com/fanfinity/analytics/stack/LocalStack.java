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

/// `make dev`: the whole system on this machine, one process for each component, until Ctrl-C.
///
/// The exit code is 0 after SIGINT or SIGTERM. It is 1 if the start fails or a component ends repeatedly.
final class LocalStack {
    /// The children of a killed predecessor need a moment to end.
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
        // Without this, the admin client prints its configuration.
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
            // The operating system releases the lock when the process ends, also after kill -9.
            FileLock lock = channel.tryLock();
            if (lock == null) {
                System.out.println("make dev already runs in " + settings.home() + ". End that one first.");
                System.exit(1);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
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
            // The shutdown hook is ending the process.
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
        ClickHouseEngine clickHouse = progress.step("Starting clickhouse",
                () -> ClickHouseEngine.start(settings.data("clickhouse"), settings.clickHousePort(),
                        settings.log("clickhouse")));
        if (!clickHouse.external()) {
            supervisor.add(clickHouse);
        }
        KafkaBroker kafka = progress.step("Starting kafka",
                () -> KafkaBroker.start(settings.data("kafka"), settings.kafkaPort(), settings.log("kafka")));
        supervisor.add(kafka);
        Map<String, String> environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "CLICKHOUSE_URL",
                clickHouse.url(),
                "STATE_DIR", settings.data("streams").toString());
        ServiceProcess service = progress.step(
                settings.tracing() ? "Starting the service with tracing" : "Starting the service",
                () -> settings.tracing()
                        ? ServiceProcess.startTraced(settings.mainClass(), settings.httpPort(), environment,
                                settings.log("service"))
                        : ServiceProcess.start(settings.mainClass(), settings.httpPort(), environment,
                                settings.log("service")));
        supervisor.add(service);
        if (settings.demo() && SimulatorProcess.exists()) {
            supervisor.add(progress.step("Starting the simulator",
                    () -> SimulatorProcess.start(service.url(), settings.log("simulator"))));
        }
        progress.line(
                welcome(service.url(), kafka.bootstrapServers(), clickHouse.url(), (System.nanoTime() - start) / 1e9));
    }

    private String welcome(String service, String kafka, String clickHouse, double seconds) {
        return """

                Ready after %1$.1f s. Ctrl-C ends it. Data and logs stay in %2$s.

                  service     %3$s
                  kafka       %4$s
                  clickhouse  %5$s

                Try:
                  curl -s %3$s/api/events -H 'Content-Type: application/json' -d '{"matchId":"try-1",\
                "eventType":"match_start",\
                "timestamp":"%6$s","metadata":{"homeTeamId":"rovers","homeTeam":"Harbour Rovers","awayTeamId":"united",\
                "awayTeam":"Hilltop United"}}'
                  curl -s %3$s/api/events -H 'Content-Type: application/json' -d '{"matchId":"try-1",\
                "eventType":"goal",\
                "teamId":"rovers","timestamp":"%6$s"}'
                  curl -s %3$s/api/matches/try-1/metrics

                Pages:
                  %3$s/               all matches
                  %3$s/matches/try-1  the match of the lines above
                  %3$s/pipeline       the path of the events through Kafka to ClickHouse
                """
                .formatted(seconds, settings.home(), service, kafka, clickHouse,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private void end(Thread starter) {
        progress.line("");
        starter.interrupt();
        supervisor.stop();
        // After a signal the JVM would exit with 130 or 143. Halting also ends a component whose start is not finished.
        Runtime.getRuntime().halt(exitCode);
    }
}
