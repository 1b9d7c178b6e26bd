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

/// `make drill`: a stack of its own with empty data, moderate load, and one fault after another; each must be told by its alerts, and told as
/// over when it is mended. Faults that do not touch each other are injected at the same time.
///
/// Exit code 0 if all that was expected was told and nothing else, 1 if not, 2 if a setting is wrong.
final class Drill {

    /// Archived matches are read after some minutes, and an event that ClickHouse cannot store ends archiving, so those come late.
    private static final List<List<String>> PLAN = List.of(List.of("bad-sender", "viewers-many", "disk-full"), List.of("service-leaks"),
            List.of("topic-refuses"), List.of("streams-refused"), List.of("broker-hangs"), List.of("clickhouse-killed"),
            List.of("clickhouse-refuses", "dead-letters"), List.of("rows-deleted", "receiver-refuses"), List.of("service-killed"),
            List.of("feed-stops", "alertmanager-killed"), List.of("transaction-open"), List.of("stranger-in-group"),
            List.of("clickhouse-slow"), List.of("broker-slow"), List.of("broker-killed"), List.of("targets-lost"),
            List.of("service-crashes"),
            List.of("row-unstorable"));

    private Drill() {}

    /// @param speed `SPEED`, 10: by what the times of rules and routes are divided
    /// @param faults `FAULTS`, names with commas between, all by default
    /// @param byHand `MEND=hand`: whoever follows the runbook mends them, not the drill; there is an hour for each
    record Settings(int speed, Set<String> faults, boolean byHand) {
        static Settings of(Map<String, String> environment) {
            String speed = environment.getOrDefault("SPEED", "").strip();
            if (!speed.isEmpty() && !speed.matches("[1-9]|[1-5][0-9]|60")) {
                throw new IllegalArgumentException("SPEED must be a number from 1 to 60");
            }
            Set<String> known = PLAN.stream().flatMap(List::stream).collect(Collectors.toSet());
            String faults = environment.getOrDefault("FAULTS", "").strip();
            Set<String> chosen = faults.isEmpty()
                    ? known
                    : Arrays.stream(faults.split(",", -1)).map(String::strip).collect(Collectors.toSet());
            if (!known.containsAll(chosen)) {
                throw new IllegalArgumentException("FAULTS must be some of " + String.join(", ", known.stream().sorted().toList()));
            }
            String mend = environment.getOrDefault("MEND", "").strip();
            if (!Set.of("", "drill", "hand").contains(mend)) {
                throw new IllegalArgumentException("MEND must be drill or hand");
            }
            return new Settings(speed.isEmpty() ? 10 : Integer.parseInt(speed), chosen, mend.equals("hand"));
        }

        List<List<String>> plan() {
            return PLAN.stream().map(round -> round.stream().filter(faults::contains).toList()).filter(round -> !round.isEmpty()).toList();
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
        System.out.printf("SPEED=%d: every `for`, range and wait of ops/prometheus/rules and ops/alertmanager is divided by %d; "
                + "scraped and evaluated every second%n", settings.speed, settings.speed);
        boolean good;
        try (StateDisk disk = StateDisk.make(); DrillStack stack = new DrillStack(new Shortened(settings.speed), disk.directory())) {
            System.out.println("logs and data: " + stack.directory);
            System.out.printf("service %s, Prometheus %s, Alertmanager %s, ClickHouse %s, Kafka %s, ADMIN_KEY=%s%n", stack.service.url(),
                    stack.prometheus.url(), stack.alertmanager.url(), stack.clickHouse.url(), stack.kafka.bootstrapServers(),
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
            Stream.of(engine.all(), kafka.all(), service.all(), new ClientFaults(stack, load).all()).flatMap(List::stream)
                    .filter(fault -> service.possible(fault.name())).forEach(fault -> faults.put(fault.name(), fault));
            DrillRun run = new DrillRun(stack, settings, System.out::println);
            run.awaitHistory();
            for (List<String> round : settings.plan()) {
                run.round(round.stream().filter(faults::containsKey).map(faults::get).toList());
            }
            return run.finish();
        }
    }

    /// Where the service keeps its state: a small disk of its own, where this process may mount one.
    ///
    /// @param own whether it is one, which may be filled
    record StateDisk(Path directory, boolean own) implements AutoCloseable {
        static StateDisk make() throws IOException {
            Path memory = Path.of("/dev/shm");
            Path directory = Files.isDirectory(memory)
                    ? Files.createTempDirectory(memory, "fanfinity-drill-")
                    : Files.createTempDirectory("fanfinity-drill-");
            StateDisk disk = new StateDisk(directory, run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", directory.toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(disk::close, "state-disk"));
            return disk;
        }

        private static boolean run(String... command) {
            try {
                return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                        .onExit().join().exitValue() == 0;
            } catch (IOException _) {
                return false;
            }
        }

        /// Whoever ends the drill with Ctrl-C leaves no disk mounted either. Safe to call again.
        @Override
        public void close() {
            if (own) {
                run("umount", "--lazy", directory.toString());
            }
            run("rm", "-rf", directory.toString());
        }
    }
}
