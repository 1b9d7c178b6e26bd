package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.UnaryOperator.identity;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.RecordHeaders;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// An upgrade must find the stores and topics of the previous version, form the same keys, and read the stored values.
///
/// If a golden file no longer fits, decide first how the service handles the data that is already stored. Then
/// `-Dupdate.golden=true` writes the file. Keep the old file of a value under its version (`NAME-VERSION.hex`): it must
/// stay readable forever. `RUNBOOK.md`, *Upgrade*.
class CompatibilityTest {

    private static final Path GOLDEN = ProjectDir.find().resolve("src/test/resources/golden");
    private static final byte JSON = '{';

    /// A stored value: the sample in its golden file, and a function that reads and writes it.
    private record Form(String store, String name, int version, byte[] sample, UnaryOperator<byte[]> rewrite) {}

    static final LedgerEntry LEDGER = new LedgerEntry(1_000, 900, 60, 40, 1_234,
            Optional.of(new ProcessedRange(new Uuid(5, -7), 200, 3)));

    private static final LedgerEntry LEDGER_WITH_GAPS = new LedgerEntry(1_000, 900, 60, 40, 1_234,
            Optional.of(new ProcessedRange(new Uuid(5, -7), 200, 3, List.of(new ProcessedRange.Gap(300, 310),
                    new ProcessedRange.Gap(1_000, 1_001)))));

    private static final List<Form> FORMS = List.of(
            new Form(StoreNames.STATS, "match-stats", 3, StoredFormsTest.match().toBytes(),
                    bytes -> MatchStats.ofBytes(bytes).toBytes()),
            new Form(StoreNames.STATS, "archived", Archived.VERSION, StoredFormsTest.archived().toBytes(),
                    bytes -> Archived.ofBytes(bytes).toBytes()),
            new Form(StoreNames.MINUTES, "minute-stats", 1, StoredFormsTest.minute().toBytes(),
                    bytes -> MinuteStats.ofBytes(bytes).toBytes()),
            new Form(StoreNames.MOMENTS, "moment", 2, StoredFormsTest.GOAL.toBytes(),
                    bytes -> StoredMoment.ofBytes(bytes).toBytes()),
            new Form(StoreNames.MOMENTS, "moment-awaited", 2, StoredMoment.AWAITED.toBytes(),
                    bytes -> StoredMoment.ofBytes(bytes).toBytes()),
            new Form(StoreNames.MOMENTS, "moment-listed", 1, StoredFormsTest.golden("moment-listed"), identity()),
            new Form(StoreNames.LEDGER, "ledger", 2, new LedgerEntry(1_000, 900, 60, 40, 1_234).toBytes(),
                    bytes -> LedgerEntry.ofBytes(bytes).toBytes()),
            new Form(StoreNames.LEDGER, "ledger-range", 2, LEDGER.toBytes(),
                    bytes -> LedgerEntry.ofBytes(bytes).toBytes()),
            new Form(StoreNames.LEDGER, "ledger-gaps", 2, LEDGER_WITH_GAPS.toBytes(),
                    bytes -> LedgerEntry.ofBytes(bytes).toBytes()),
            new Form(StoreNames.SEEN, "seen-event", 2, SeenEvent.bytes(1_795_000_000_000L),
                    bytes -> SeenEvent.bytes(SeenEvent.ofBytes(bytes).arrivedAt().toEpochMilli())),
            new Form(StoreNames.RECENT, "recent-event", JSON, recent(), identity()));

    /// The first version of each form that a release has written. Archived matches count their versions from 101, the
    /// ledger's first version had no offset.
    private static final Map<String, Integer> FIRST_RELEASED = Map.of("archived", 101, "ledger", 2, "ledger-range", 2,
            "ledger-gaps", 2, "recent-event",
            (int) JSON,
            "seen-event", 0);

    /// The version of values without a version byte.
    private static final int BARE = 0;

    /// The version of a `seen-event` is its last byte, so that older code can read it.
    private static int versionOf(String form, byte[] stored) {
        return stored[form.equals("seen-event") ? stored.length - 1 : 0];
    }

    private static byte[] recent() {
        return StoredFormsTest.CODEC
                .encode(StoredFormsTest.event(EventJson.of("m", "goal", 1).team("Ä").metadata("{\"minute\":38}")));
    }

    private static void assertGolden(String file, String content) {
        try {
            Path path = GOLDEN.resolve(file);
            if (Boolean.getBoolean("update.golden")) {
                Files.writeString(path, content);
            }
            assertEquals(Files.exists(path) ? Files.readString(path) : "", content,
                    () -> file + ": see docs/operations/deploy.md, Upgrade");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> goldenFiles() {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- names

    @Test
    void layout_namesAndSettings_areUnchanged() {
        Layout layout = Layout.ofTheCode();
        StringBuilder text = new StringBuilder(
                "application " + KafkaClients.streamsGroup(PipelineDriver.settings(Path.of("s")).kafka()) + "\n");
        layout.topics().forEach(
                topic -> text.append("topic ").append(topic.name()).append(' ').append(new TreeMap<>(topic.configs()))
                        .append('\n'));
        layout.stores()
                .forEach(store -> text.append("store ").append(store.name())
                        .append(store.windowed() ? " window " : " key-value ")
                        .append(store.retention()).append('\n'));
        layout.internalTopics()
                .forEach((name, settings) -> text.append("internal ").append(name).append(' ').append(settings)
                        .append('\n'));
        List.of(RecordHeaders.RECEIVED_AT, RecordHeaders.SOURCE_TOPIC, RecordHeaders.SOURCE_PARTITION,
                RecordHeaders.SOURCE_OFFSET,
                RecordHeaders.ACCEPTED_NUMBER, RecordHeaders.REASON, RecordHeaders.DETAIL, RecordHeaders.CUT)
                .forEach(header -> text.append("header ").append(header).append('\n'));

        assertGolden("layout.txt", text.toString());
    }

    /// The broker refuses a member whose topology differs from the group's, also in a setting of an internal topic. The
    /// service could then never start with another setting.
    @Test
    void layout_anySetting_hasTheSameTopology() {
        Layout byDefault = Layout.ofTheCode();
        for (Map<String, String> settings : List.of(Map.of("STREAMS_DEDUPE_WINDOW", "1m"),
                Map.of("STREAMS_DEDUPE_WINDOW", "72h"), Map.of("STREAMS_DEDUPE_WINDOW", "30d"),
                Map.of("STREAMS_ARCHIVE_AFTER", "1s", "STREAMS_STANDBYS", "2", "STREAMS_PUBLISH_INTERVAL", "30s"))) {
            assertEquals(byDefault.internalTopics(),
                    Layout.of(PipelineDriver.settings(Path.of("s"), settings)).internalTopics(), settings::toString);
        }
    }

    // --- keys

    @Test
    void keys_ofEachKind_areUnchanged() {
        UUID event = EventJson.idOf(7);
        Map<String, Bytes> keys = new TreeMap<>(Map.of("match", StoreKeys.match("cup-1"), "event",
                StoreKeys.event("cup-1", event),
                "minute", StoreKeys.numbered("cup-1", -3), "timed", StoreKeys.timed("cup-1", 1_531_667_878_895L, event),
                "listed", StoreKeys.listed("cup-1", 1_531_667_878_895L, event), "partition", StoreKeys.partition(11)));

        assertGolden("keys.txt",
                keys.entrySet().stream()
                        .map(key -> key.getKey() + " " + HexFormat.of().formatHex(key.getValue().get()) + "\n")
                        .collect(Collectors.joining()));
    }

    // --- values

    @Test
    void values_ofEachForm_areUnchangedAndHaveTheirVersion() {
        for (Form form : FORMS) {
            StoredFormsTest.assertGolden(form.name(), form.sample());
            assertEquals(form.version(), versionOf(form.name(), form.sample()), form.name());
        }
    }

    @Test
    void stores_each_haveAFormAndAChangelog() {
        Set<String> stores = Layout.ofTheCode().stores().stream().map(Layout.Store::name).collect(Collectors.toSet());

        assertEquals(
                stores.stream().map(store -> "fanfinity-analytics-" + store + "-changelog").collect(Collectors.toSet()),
                Layout.ofTheCode().internalTopics().keySet());
        assertEquals(stores, FORMS.stream().map(Form::store).collect(Collectors.toSet()));
    }

    @Test
    void values_ofEarlierVersions_existAndAreRead() {
        Set<String> unread = new HashSet<>(goldenFiles());
        for (Form form : FORMS) {
            unread.remove(form.name() + ".hex");
            IntStream.range(FIRST_RELEASED.getOrDefault(form.name(), 1), form.version()).forEach(version -> {
                byte[] stored = StoredFormsTest.golden(form.name() + "-" + version);
                assertTrue(version == BARE || stored[0] == version, () -> form.name() + "-" + version);
                assertEquals(form.version(), versionOf(form.name(), form.rewrite().apply(stored)),
                        () -> form.name() + "-" + version);
                unread.remove(form.name() + "-" + version + ".hex");
            });
            assertEquals(form.version(),
                    versionOf(form.name(), form.rewrite().apply(StoredFormsTest.golden(form.name()))), form.name());
        }
        assertEquals(Set.of(),
                unread.stream().filter(file -> file.matches(".*-\\d+\\.hex")).collect(Collectors.toSet()));
    }

    @Test
    void seenEvent_ofEachVersion_isRead() {
        for (String golden : List.of("seen-event-0", "seen-event-1", "seen-event")) {
            assertEquals(Instant.ofEpochMilli(1_795_000_000_000L),
                    SeenEvent.ofBytes(StoredFormsTest.golden(golden)).arrivedAt(), golden);
        }
    }

    @Test
    void seenEvent_readByCodeWithoutVersions_isTheTime() {
        assertEquals(1_795_000_000_000L, ByteBuffer.wrap(SeenEvent.bytes(1_795_000_000_000L)).getLong());
    }

    @Test
    void seenEvent_ofALaterVersion_isRejected() {
        byte[] later = SeenEvent.bytes(1_795_000_000_000L);
        later[later.length - 1]++;

        assertThrows(ProcessorStateException.class, () -> SeenEvent.ofBytes(later));
    }

    // --- published values

    /// Read back as rows by `PublishedFormsTest`. Members may be added. A removed or changed member breaks readers of
    /// the previous version, which run beside this one during a roll.
    @Test
    void published_ofEachTopic_isUnchanged() {
        MatchEvent goal = StoredFormsTest.event(EventJson.of("m", "goal", 1).team("Ä").metadata("{\"minute\":38}"));
        Instant now = PipelineDriver.START;

        assertPublished("match-events-accepted", StoredFormsTest.CODEC.encode(goal));
        assertPublished("match-minutes", Json.toBytes(MetricsMapper.minute("m", 25_527_667, StoredFormsTest.minute())));
        assertPublished("match-stats", Json.toBytes(
                MetricsMapper.metrics("m", StoredFormsTest.match(), now.toEpochMilli(), AnswerAge.live(now, false))));
        assertPublished("match-moments", KeyMomentJson.published(goal, StoredFormsTest.match(), false));
    }

    private static void assertPublished(String topic, byte[] value) {
        assertGolden("published-" + topic + ".json", new String(value, UTF_8) + "\n");
    }
}
