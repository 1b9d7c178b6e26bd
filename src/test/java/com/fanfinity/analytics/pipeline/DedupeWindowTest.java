package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.ProcessedEvent.Candidate;
import com.fanfinity.analytics.streams.StreamsRunner;

/// A change of `STREAMS_DEDUPE_WINDOW` forgets no identity. Each test closes the store on the disk and opens it with
/// another window, as a restart does.
class DedupeWindowTest {

    private static final Duration HOUR = Duration.ofHours(1);

    /// The start of a bucket and of a segment, for windows of 48 and of 72 hours.
    private static final Instant START = Instant.ofEpochMilli(0).plus(Duration.ofDays(6L * 3_450));

    @TempDir
    private Path directory;

    /// The step between two restarts.
    private static final class Life implements AutoCloseable {
        private final MockProcessorContext<byte[], Object> context;
        private final WindowStore<Bytes, byte[]> store;
        private final Dedupe dedupe;

        Life(Duration window, Path stateDir) {
            Properties properties = StreamsRunner.properties(PipelineDriver.settings(stateDir));
            stateDir.toFile().mkdirs(); // Streams creates the directory of a task
            context = new MockProcessorContext<>(properties, new TaskId(0, 0), stateDir.toFile());
            store = MatchTopology.seen(window).withLoggingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
            dedupe = new Dedupe(window, new EventCodec(EventRules.ofRecords()),
                    new Meters(new SimpleMeterRegistry()).streams());
            dedupe.init(context);
        }

        boolean isDuplicate(Instant arrival, int number) {
            MatchEvent event = StoredFormsTest.event(EventJson.of("m", "reaction", number));
            LedgerUpdate update = new LedgerUpdate(LedgerEntry.NOTHING);
            context.setRecordMetadata(PipelineDriver.TOPICS.events(), 0, 0);
            context.setCurrentStreamTimeMs(arrival.toEpochMilli());
            context.resetForwards();
            dedupe.process(new Record<>("m".getBytes(StandardCharsets.UTF_8),
                    new Candidate(event, 0, update, Optional.empty()), arrival.toEpochMilli()));
            return update.after().duplicate() == 1;
        }

        @Override
        public void close() {
            store.commit(Map.of());
            store.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"48, 72", "72, 48", "48, 24", "24, 48", "48, 1", "1, 48", "96, 48", "48, 49", "48, 96"})
    void process_afterTheWindowChanged_knowsEveryIdentityOfTheWindow(int before, int after) {
        Duration kept = Duration.ofHours(Math.min(before, after));
        List<Integer> forgotten = new ArrayList<>();
        for (int hour = 0; hour < 144; hour += 8) {
            Path stateDir = directory.resolve(before + "-" + after + "-" + hour);
            Instant first = START.plus(HOUR.multipliedBy(hour));
            try (Life old = new Life(Duration.ofHours(before), stateDir)) {
                assertTrue(!old.isDuplicate(first, 1));
            }
            try (Life changed = new Life(Duration.ofHours(after), stateDir)) {
                assertTrue(!changed.isDuplicate(first.plusSeconds(1), 2));
                if (!changed.isDuplicate(first.plus(kept).minusMillis(1), 1)) {
                    forgotten.add(hour);
                }
            }
        }

        assertEquals(List.of(), forgotten, "starting hours");
    }

    /// A longer window also applies to identities that the shorter one stored, as long as the store has them.
    @Test
    void process_windowBecomesLonger_appliesToKnownIdentities() {
        for (int hour = 0; hour < 48; hour += 8) {
            Path stateDir = directory.resolve("longer-" + hour);
            Instant first = START.plus(HOUR.multipliedBy(hour));
            try (Life old = new Life(Duration.ofHours(48), stateDir)) {
                assertTrue(!old.isDuplicate(first, 1));
                assertTrue(!old.isDuplicate(first.plus(Duration.ofHours(70)), 2));
            }
            try (Life changed = new Life(Duration.ofHours(72), stateDir)) {
                assertTrue(changed.isDuplicate(first.plus(Duration.ofHours(71)), 1), "starting hour " + hour);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1m", "1h", "48h", "49h", "72h", "144h", "30d"})
    void process_anyWindow_knowsAnIdentityForAtLeastTheWindow(String setting) {
        try (PipelineDriver driver = new PipelineDriver(Map.of("STREAMS_DEDUPE_WINDOW", setting))) {
            Duration window = PipelineDriver.settings(directory, Map.of("STREAMS_DEDUPE_WINDOW", setting))
                    .streams().dedupeWindow();
            Instant now = START;
            for (int i = 0; i < 30; i++) {
                EventJson event = EventJson.of("m", "reaction", i).at("2026-01-01T00:00:00.000Z");
                now = now.plus(window).plus(HOUR.multipliedBy(7));
                driver.clock.advance(Duration.between(driver.clock.instant(), now.plus(window)));
                driver.sendAt(now, event);

                driver.sendAt(now.plus(window), event);
            }

            assertEquals(30, driver.stats("m").totalEvents());
            assertEquals(30, driver.stats("m").duplicates());
        }
    }

    /// The disk must not grow with the time that the service runs.
    @Test
    void process_identitiesOfOldBuckets_leaveTheStore() {
        Path stateDir = directory.resolve("old");
        try (Life life = new Life(Duration.ofHours(48), stateDir)) {
            for (int day = 0; day < 40; day++) {
                assertTrue(!life.isDuplicate(START.plus(Duration.ofDays(day)), day));
            }
            long entries = 0;
            try (var all = life.store.all()) {
                while (all.hasNext()) {
                    all.next();
                    entries++;
                }
            }
            assertEquals(4, entries, "identities of the last two buckets, one a day");
            assertTrue(stateDir.resolve(StoreNames.SEEN).toFile().list().length <= 3, "segments");
        }
    }
}
