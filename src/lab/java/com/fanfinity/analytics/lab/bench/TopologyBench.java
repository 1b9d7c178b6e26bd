package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.MatchIndexes;
import com.fanfinity.analytics.pipeline.MatchTopology;
import com.fanfinity.analytics.pipeline.SourceTopic;
import com.fanfinity.analytics.streams.RocksDbBudget;

/// Measures the CPU of an event in the topology: the real processors and RocksDB, without a broker. The test driver
/// commits (and so empties the caches) after each record, while the service commits ten times a second. Stack samples
/// separate the share of the driver.
///
/// Arguments: seconds to measure (10), matches at a time (20).
public final class TopologyBench {

    private static final List<String> TYPES = List.of("pass", "duel", "pass", "touch", "pass", "duel", "pass", "shot",
            "pass", "duel",
            "pass", "throw_in", "pass", "duel", "pass", "reaction", "pass", "foul", "pass", "goal");
    private static final Instant KICK_OFF = Instant.parse("2026-11-21T15:00:00Z");

    /// Events a second of a match: a third of the rate in a final, fans included.
    private static final int EVENTS_PER_SECOND = 5;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private TopologyBench() {}

    public static void main(String[] args) throws IOException, SettingsException, InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int matches = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        Path directory = Files.createTempDirectory("topology-bench");
        Settings settings = SettingsLoader.load(Map.of("STATE_DIR", directory.toString()));
        Topics topics = new Topics("");
        try (TopologyTestDriver driver = new TopologyTestDriver(
                MatchTopology.build(topics, settings.streams(), new OnePartition(), new MatchIndexes(),
                        _ -> OptionalLong.empty(),
                        (_, _) -> Optional.empty(),
                        Clock.systemUTC(), new Meters(new SimpleMeterRegistry())),
                properties(settings), KICK_OFF)) {
            TestInputTopic<byte[], byte[]> input = driver.createInputTopic(topics.events(), new ByteArraySerializer(),
                    new ByteArraySerializer());
            Run run = new Run(driver, input, matches, topics);
            run.drive(Duration.ofSeconds(Math.max(3, seconds / 2)));
            Sampler sampler = Sampler.start(Thread.currentThread());
            long before = run.sequence;
            long cpuBefore = run.cpu;
            long took = run.drive(Duration.ofSeconds(seconds));
            sampler.stop();
            long events = run.sequence - before;
            double micros = (run.cpu - cpuBefore) / 1e3 / events;
            print("%,d events in %.1f s: %,.0f events/s".formatted(events, took / 1e9, events * 1e9 / took));
            print("%.1f µs of CPU an event, of which %.1f in the processors and stores, the rest in the test driver"
                    .formatted(micros,
                            micros * sampler.ownShare()));
            sampler.report(micros).forEach(TopologyBench::print);
        } finally {
            delete(directory);
        }
    }

    private static Properties properties(Settings settings) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "topology-bench");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.streams().stateDir().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, settings.streams().cacheBytes());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbBudget.class);
        properties.put("fanfinity.rocksdb.bytes", settings.streams().rocksDbBytes());
        return properties;
    }

    private record OnePartition() implements SourceTopic {
        @Override
        public long firstOffset(int partition) {
            return 0;
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public TopicDescription describe() {
            return new TopicDescription(Uuid.ZERO_UUID, 1);
        }

        @Override
        public boolean mayHaveChanged(Uuid id) {
            return false;
        }
    }

    /// Sends one event at a time, to the matches in turn.
    private static final class Run {
        private final TopologyTestDriver driver;
        private final TestInputTopic<byte[], byte[]> input;
        private final int matches;
        private final Topics topics;
        private long sequence;
        private long cpu;

        Run(TopologyTestDriver driver, TestInputTopic<byte[], byte[]> input, int matches, Topics topics) {
            this.driver = driver;
            this.input = input;
            this.matches = matches;
            this.topics = topics;
        }

        /// @return the duration in nanoseconds
        long drive(Duration time) {
            long took = 0;
            while (took < time.toNanos()) {
                List<byte[]> events = new ArrayList<>();
                List<byte[]> keys = new ArrayList<>();
                for (int i = 0; i < 2_000; i++) {
                    String match = "bench-" + sequence % matches;
                    keys.add(match.getBytes(UTF_8));
                    events.add(event(match, sequence / matches, sequence++));
                }
                long start = System.nanoTime();
                long startCpu = THREADS.getCurrentThreadCpuTime();
                Instant arrival = Instant.now();
                for (int i = 0; i < events.size(); i++) {
                    input.pipeInput(keys.get(i), events.get(i), arrival);
                }
                driver.advanceWallClockTime(Duration.ofMillis(100));
                took += System.nanoTime() - start;
                cpu += THREADS.getCurrentThreadCpuTime() - startCpu;
                // The driver keeps all outputs, which the topology does not.
                topics.all().stream().filter(topic -> !topic.equals(topics.events()))
                        .forEach(topic -> driver
                                .createOutputTopic(topic,
                                        new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
                                        new org.apache.kafka.common.serialization.ByteArrayDeserializer())
                                .readRecordsToList());
            }
            return took;
        }

        private static byte[] event(String match, long inMatch, long sequence) {
            String type = TYPES.get((int) (inMatch % TYPES.size()));
            Instant at = KICK_OFF.plusMillis(inMatch * 1_000 / EVENTS_PER_SECOND % Duration.ofMinutes(105).toMillis());
            return """
                    {"eventId":"%s","matchId":"%s","eventType":"%s","timestamp":"%s","teamId":"%d","playerId":"%d",\
                    "metadata":{"period":"1H","minute":12,"detail":"Simple pass","x":50,"y":51}}""".formatted(
                    new UUID(Long.hashCode(sequence) * 0x9E3779B97F4A7C15L, sequence), match, type, at,
                    4418 + inMatch % 2,
                    3000 + inMatch % 22)
                    .getBytes(UTF_8);
        }
    }

    /// Samples the stack of a thread every few milliseconds, and counts the innermost frame of this project.
    private static final class Sampler implements Runnable {
        private final Thread watched;
        private final Thread thread = new Thread(this, "sampler");
        private final Map<String, Integer> seen = new HashMap<>();
        private volatile boolean running = true;

        private Sampler(Thread watched) {
            this.watched = watched;
        }

        static Sampler start(Thread watched) {
            Sampler sampler = new Sampler(watched);
            sampler.thread.setDaemon(true);
            sampler.thread.start();
            return sampler;
        }

        @Override
        public void run() {
            while (running) {
                String place = place(watched.getStackTrace());
                if (!place.isEmpty()) {
                    seen.merge(place, 1, Integer::sum);
                }
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        }

        private static String place(StackTraceElement[] stack) {
            String place = "";
            String outside = "";
            for (StackTraceElement frame : stack) {
                String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
                if (type.equals("TopologyBench$Run") && frame.getMethodName().equals("event")) {
                    return "";
                }
                if (type.equals("TopologyBench$Run") && frame.getMethodName().equals("drive")) {
                    return place.isEmpty() ? "driver " + outside : place;
                }
                if (place.isEmpty() && frame.getClassName().startsWith("com.fanfinity.analytics.")
                        && !type.startsWith("TopologyBench")) {
                    place = type + '.' + frame.getMethodName() + (outside.isEmpty() ? "" : " → " + outside);
                } else if (frame.getClassName().startsWith("org.rocksdb")
                        || List.of("prepareCommit", "postCommit").contains(
                                frame.getMethodName())) {
                    outside = type + '.' + frame.getMethodName();
                }
            }
            return "";
        }

        void stop() throws InterruptedException {
            running = false;
            thread.join();
        }

        double ownShare() {
            int total = seen.values().stream().mapToInt(Integer::intValue).sum();
            int driver = seen.entrySet().stream().filter(entry -> entry.getKey().startsWith("driver"))
                    .mapToInt(Map.Entry::getValue).sum();
            return total == 0 ? 0 : (double) (total - driver) / total;
        }

        List<String> report(double microsPerEvent) {
            int total = seen.values().stream().mapToInt(Integer::intValue).sum();
            return seen.entrySet().stream()
                    .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())).limit(25)
                    .map(entry -> "%5.1f %% %5.2f µs  %s".formatted(100.0 * entry.getValue() / total,
                            microsPerEvent * entry.getValue() / total, entry.getKey()))
                    .toList();
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
