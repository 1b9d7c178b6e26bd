package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.internals.StreamTask;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.streams.StreamsRunner;

/// The real topology with the settings of production, driven by hand. One partition; records come at the time that the
/// clock shows, unless the test sets another time.
final class PipelineDriver implements AutoCloseable {

    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    static final Topics TOPICS = new Topics("");

    private static final ObjectMapper JSON = new ObjectMapper();

    final TestClock clock = new TestClock(START);
    final TestTopic topic = new TestTopic();
    final MatchIndexes indexes = new MatchIndexes();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private OptionalLong storedUpTo = OptionalLong.empty();
    private ProvenTime provenTime = (_, _) -> Optional.of(clock.now());
    private int archivingTurns;
    private final Path directory;
    private final Settings settings;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> input;

    PipelineDriver() {
        this(Map.of());
    }

    PipelineDriver(Map<String, String> environment) {
        try {
            directory = Files.createTempDirectory(Files.createDirectories(ProjectDir.find().resolve("target")),
                    "pipeline");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings = settings(directory, environment);
        Properties properties = StreamsRunner.properties(settings);
        driver = new TopologyTestDriver(
                MatchTopology.build(TOPICS, settings.streams(), topic, indexes, this::storedUpTo,
                        (partition, nextOffset) -> provenTime.completeUpTo(partition, nextOffset), clock,
                        new Meters(registry)),
                properties, START);
        input = driver.createInputTopic(TOPICS.events(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Settings settings(Path stateDir) {
        return settings(stateDir, Map.of());
    }

    static Settings settings(Path stateDir, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("STATE_DIR", stateDir.toString());
        try {
            return SettingsLoader.load(environment);
        } catch (SettingsException e) {
            throw new AssertionError(e);
        }
    }

    static Topology topology(Settings settings, Clock clock, Meters meters) {
        return MatchTopology.build(TOPICS, settings.streams(), new TestTopic(), new MatchIndexes(),
                _ -> OptionalLong.empty(),
                (_, _) -> Optional.empty(), clock, meters);
    }

    // --- in

    void send(EventJson... events) {
        for (EventJson event : events) {
            send(event.matchId(), event.json());
        }
    }

    void send(List<EventJson> events) {
        events.forEach(this::send);
    }

    void send(String matchId, String json) {
        send(matchId.getBytes(UTF_8), json.getBytes(UTF_8), new RecordHeaders());
    }

    void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        send(key, value, headers, clock.now());
    }

    void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers, Instant arrival) {
        input.pipeInput(new TestRecord<>(key, value, headers, arrival));
    }

    void sendAt(Instant arrival, EventJson event) {
        send(event.matchId().getBytes(UTF_8), event.bytes(), new RecordHeaders(), arrival);
    }

    /// Advances the clock, and runs the due punctuators.
    void advance(Duration by) {
        clock.advance(by);
        driver.advanceWallClockTime(by);
    }

    /// Suspends and resumes the task in the way of a stream thread.
    void suspendAndResume() {
        StreamTask task = task();
        task.suspend();
        task.resume();
        task.completeRestoration(_ -> {});
    }

    /// The driver has no other access to it.
    private StreamTask task() {
        try {
            Field field = TopologyTestDriver.class.getDeclaredField("task");
            field.setAccessible(true);
            return (StreamTask) field.get(driver);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the driver is built otherwise than this version was", e);
        }
    }

    /// Publishes the changes.
    void publish() {
        advance(settings.streams().publishInterval());
    }

    private OptionalLong storedUpTo(int partition) {
        archivingTurns++;
        return storedUpTo;
    }

    /// The number of archiving turns since the last call.
    int archivingTurns() {
        int turns = archivingTurns;
        archivingTurns = 0;
        return turns;
    }

    /// Sets the time up to which ClickHouse holds every event.
    void storedUpTo(Instant time) {
        storedUpTo = OptionalLong.of(time.toEpochMilli());
    }

    /// Sets which offsets are complete up to which time. By default everything that was processed is complete now.
    void provenTime(ProvenTime newProvenTime) {
        provenTime = newProvenTime;
    }

    // --- out

    List<TestRecord<byte[], byte[]>> accepted() {
        return read(TOPICS.accepted());
    }

    List<TestRecord<byte[], byte[]>> dead() {
        return read(TOPICS.dead());
    }

    List<JsonNode> publishedMinutes() {
        return read(TOPICS.minutes()).stream().map(PipelineDriver::json).toList();
    }

    List<JsonNode> publishedStats() {
        return read(TOPICS.stats()).stream().map(PipelineDriver::json).toList();
    }

    List<TestRecord<byte[], byte[]>> publishedMoments() {
        return read(TOPICS.moments());
    }

    private List<TestRecord<byte[], byte[]>> read(String topic) {
        TestOutputTopic<byte[], byte[]> output = driver.createOutputTopic(topic, new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        return output.readRecordsToList();
    }

    static JsonNode json(TestRecord<byte[], byte[]> published) {
        return json(new String(published.value(), UTF_8));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }

    /// The number of records with this outcome.
    long counted(ProcessingOutcome outcome) {
        return (long) registry.get("events.processed").tag("outcome", WireName.of(outcome)).counter().count();
    }

    /// Dead letters by their reason.
    long counted(DeadReason reason) {
        return (long) registry.get("dead.letters").tag("reason", reason.wireName()).counter().count();
    }

    // --- state, by the keys that production uses

    MatchState state(String matchId) {
        byte[] stored = store(StoreNames.STATS).get(StoreKeys.match(matchId));
        if (stored == null) {
            throw new AssertionError("no state of the match " + matchId);
        }
        return MatchState.ofBytes(stored);
    }

    MatchStats stats(String matchId) {
        return switch (state(matchId)) {
            case MatchStats stats -> stats;
            case Archived archived -> throw new AssertionError("archived: " + archived);
        };
    }

    boolean isArchived(String matchId) {
        return state(matchId) instanceof Archived;
    }

    /// The metrics that the API would return now.
    JsonNode metrics(String matchId) {
        return json(Json.toText(
                MetricsMapper.metrics(matchId, stats(matchId), clock.millis(), AnswerAge.live(clock.now(), false))));
    }

    LedgerEntry ledger() {
        byte[] stored = store(StoreNames.LEDGER).get(StoreKeys.partition(0));
        return stored == null ? LedgerEntry.NOTHING : LedgerEntry.ofBytes(stored);
    }

    SortedMap<Long, MinuteStats> minutes(String matchId) {
        SortedMap<Long, MinuteStats> minutes = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> rows = store(StoreNames.MINUTES).range(
                StoreKeys.numbered(matchId, Long.MIN_VALUE),
                StoreKeys.numbered(matchId, Long.MAX_VALUE))) {
            rows.forEachRemaining(row -> minutes.put(StoreKeys.numberOf(row.key), MinuteStats.ofBytes(row.value)));
        }
        return minutes;
    }

    /// The newest events, the newest first.
    List<JsonNode> recent(String matchId, int limit) {
        List<JsonNode> events = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> newest = RecentEvents.newestFirst(store(StoreNames.RECENT), matchId)) {
            while (newest.hasNext() && events.size() < limit) {
                events.add(json(new String(newest.next().value, UTF_8)));
            }
        }
        return events;
    }

    /// The key moments that the API would return.
    KeyMomentList moments(String matchId) {
        return KeyMomentIndex.newest(store(StoreNames.MOMENTS), matchId);
    }

    int entries(String store) {
        int entries = 0;
        try (KeyValueIterator<Bytes, byte[]> all = store(store).all()) {
            while (all.hasNext()) {
                all.next();
                entries++;
            }
        }
        return entries;
    }

    /// By name.
    Map<String, StateStore> stores() {
        return driver.getAllStateStores();
    }

    KeyValueStore<Bytes, byte[]> store(String name) {
        return driver.getKeyValueStore(name);
    }

    @Override
    public void close() {
        driver.close();
        delete(directory);
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
