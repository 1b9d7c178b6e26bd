package com.fanfinity.analytics.lab.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `make drill`: injects one fault after another into a separate stack under moderate load. Each fault must raise its
/// alerts, and the alerts must resolve after the repair. Independent faults are injected at the same time.
///
/// The exit code is 0 if exactly the expected alerts fired, 1 if not, 2 if a setting is invalid.
final class Drill {

    /// Reads of archived matches are possible only after some minutes, and a row that ClickHouse cannot store ends
    /// archiving. The faults for these two come late.
    private static final List<List<String>> PLAN = List.of(List.of("bad-sender", "viewers-many", "disk-full"),
            List.of("service-leaks"),
            List.of("topic-refuses"), List.of("streams-refused"), List.of("broker-hangs"), List.of("clickhouse-killed"),
            List.of("clickhouse-refuses", "dead-letters"), List.of("rows-deleted", "receiver-refuses"),
            List.of("service-killed"),
            List.of("feed-stops", "alertmanager-killed"), List.of("transaction-open"), List.of("stranger-in-group"),
            List.of("clickhouse-slow"), List.of("broker-slow"), List.of("broker-killed"), List.of("targets-lost"),
            List.of("service-crashes"),
            List.of("row-unstorable"));

    private Drill() {}

    /// @param speed `SPEED`, 10: the divisor of the durations in rules and routes
    /// @param faults `FAULTS`, comma-separated names, all by default
    /// @param byHand `REPAIR=hand`: an operator repairs each fault by the runbook within an hour, instead of the drill
    record Settings(int speed, Set<String> faults, boolean byHand) {
        static Settings of(Map<String, String> environment) {
            String speed = environment.getOrDefault("SPEED", "").strip();
            if (!speed.isEmpty() && !speed.matches("[1-9]|[1-5][0-9]|60")) {
                throw new IllegalArgumentException("SPEED: not a number from 1 to 60");
            }
            Set<String> known = PLAN.stream().flatMap(List::stream).collect(Collectors.toSet());
            String faults = environment.getOrDefault("FAULTS", "").strip();
            Set<String> chosen = faults.isEmpty()
                    ? known
                    : Arrays.stream(faults.split(",", -1)).map(String::strip).collect(Collectors.toSet());
            if (!known.containsAll(chosen)) {
                throw new IllegalArgumentException(
                        "FAULTS: unknown name; use some of " + String.join(", ", known.stream().sorted().toList()));
            }
            String repair = environment.getOrDefault("REPAIR", "").strip();
            if (!Set.of("", "drill", "hand").contains(repair)) {
                throw new IllegalArgumentException("REPAIR: not drill or hand");
            }
            return new Settings(speed.isEmpty() ? 10 : Integer.parseInt(speed), chosen, repair.equals("hand"));
        }

        List<List<String>> plan() {
            return PLAN.stream().map(round -> round.stream().filter(faults::contains).toList())
                    .filter(round -> !round.isEmpty()).toList();
        }
    }

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        Settings settings;
        try {
            settings = Settings.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.out.printf(
                "SPEED=%d: divides every `for`, range and wait of ops/prometheus/rules and ops/alertmanager by %d; "
                        + "Prometheus scrapes and evaluates every second%n",
                settings.speed, settings.speed);
        boolean good;
        try (StateDisk disk = StateDisk.make();
                DrillStack stack = new DrillStack(new ScaledRules(settings.speed), disk.directory())) {
            System.out.println("logs and data: " + stack.directory);
            System.out.printf("service %s, Prometheus %s, Alertmanager %s, ClickHouse %s, Kafka %s, ADMIN_KEY=%s%n",
                    stack.service.url(),
                    stack.prometheus.url(), stack.alertmanager.url(), stack.clickHouse.url(),
                    stack.kafka.bootstrapServers(),
                    DrillStack.ADMIN_KEY);
            good = run(settings, stack, disk.own());
        }
        System.exit(good ? 0 : 1);
    }

    @SuppressWarnings("SystemOut")
    private static boolean run(Settings settings, DrillStack stack, boolean ownDisk) throws Exception {
        EngineFaults engine = new EngineFaults(stack);
        KafkaFaults kafka = new KafkaFaults(stack);
        ServiceFaults service = new ServiceFaults(stack, kafka, ownDisk);
        engine.playOldMatch();
        DrillLoad.kickOff(stack.api);
        try (DrillLoad load = new DrillLoad(stack.api)) {
            Map<String, DrillFault> faults = new HashMap<>();
            Stream.of(engine.all(), kafka.all(), service.all(), new ClientFaults(stack, load).all())
                    .flatMap(List::stream)
                    .filter(fault -> service.possible(fault.name())).forEach(fault -> faults.put(fault.name(), fault));
            DrillRun run = new DrillRun(stack, settings, System.out::println);
            run.awaitHistory();
            for (List<String> round : settings.plan()) {
                run.round(round.stream().filter(faults::containsKey).map(faults::get).toList());
            }
            return run.finish();
        }
    }

    /// The directory of the service's state: a small separate disk, if this process may mount one.
    ///
    /// @param own whether it is a separate disk, which the drill may fill
    record StateDisk(Path directory, boolean own) implements AutoCloseable {
        static StateDisk make() throws IOException {
            Path memory = Path.of("/dev/shm");
            Path directory = Files.isDirectory(memory)
                    ? Files.createTempDirectory(memory, "fanfinity-drill-")
                    : Files.createTempDirectory("fanfinity-drill-");
            StateDisk disk = new StateDisk(directory,
                    run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", directory.toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(disk::close, "state-disk"));
            return disk;
        }

        private static boolean run(String... command) {
            try {
                return new ProcessBuilder(command).redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                        .onExit().join().exitValue() == 0;
            } catch (IOException _) {
                return false;
            }
        }

        /// Also runs after Ctrl-C, so that no disk stays mounted. Idempotent.
        @Override
        public void close() {
            if (own) {
                run("umount", "--lazy", directory.toString());
            }
            run("rm", "-rf", directory.toString());
        }
    }
}
