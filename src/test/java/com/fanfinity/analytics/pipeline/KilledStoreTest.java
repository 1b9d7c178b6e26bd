package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.streams.StreamsRunner;

/// A killed process leaves only those parts of its stores that RocksDB had written to the disk. Streams restores the
/// records after the committed offset, so the files must contain every record before it.
class KilledStoreTest {

    private static final Duration WINDOW = Duration.ofHours(48);
    private static final TopicPartition CHANGELOG = new TopicPartition("changelog", 0);
    private static final long FIRST_BUCKET = Instant.EPOCH.plus(Duration.ofDays(6L * 3_450)).toEpochMilli();
    private static final long SECOND_BUCKET = FIRST_BUCKET + Dedupe.BUCKET.toMillis();

    @TempDir
    private Path directory;

    /// An identity is numbered by the offset of its changelog record.
    private static final class SeenStore implements AutoCloseable {
        private final WindowStore<Bytes, byte[]> store = MatchTopology.seen(WINDOW).withLoggingDisabled().build();
        private long next;

        SeenStore(Path stateDir) {
            this(stateDir, true);
        }

        /// @param transactional not in earlier releases
        SeenStore(Path stateDir, boolean transactional) {
            Properties properties = StreamsRunner.properties(PipelineDriver.settings(stateDir));
            properties.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, transactional);
            stateDir.toFile().mkdirs(); // Streams creates the directory of a task
            store.init(new MockProcessorContext<>(properties, new TaskId(0, 0), stateDir.toFile())
                    .getStateStoreContext(), store);
        }

        void add(int identities, long bucket) {
            for (int i = 0; i < identities; i++) {
                store.put(identity(next++), SeenEvent.bytes(bucket), bucket);
            }
            commit();
        }

        /// Adds identities until RocksDB has written the segment of the bucket to the disk, and begins to do so again.
        void addUntilWritten(Path segment, long bucket) {
            int added = 0;
            do {
                add(5_000, bucket);
            } while (++added < 100 && written(segment) < 3);
            assertTrue(written(segment) > 2, segment + " is on the disk");
        }

        private void commit() {
            store.commit(Map.of(CHANGELOG, next));
        }

        void commit(int times) {
            for (int i = 0; i < times; i++) {
                commit();
            }
        }

        /// Every commit writes the offset to each segment.
        ///
        /// @return the number of commits
        int commitUntil(BooleanSupplier condition) {
            int commits = 0;
            for (; commits < 100_000 && !condition.getAsBoolean(); commits++) {
                commit();
            }
            assertTrue(condition.getAsBoolean(), "after " + commits + " commits");
            return commits;
        }

        /// The offset from which Streams would restore.
        long committed() {
            return Optional.ofNullable(store.committedOffset(CHANGELOG)).orElse(0L);
        }

        /// The identities that are neither in the store nor restored.
        List<Long> lost() {
            return LongStream.range(0, committed())
                    .filter(number -> store.fetch(identity(number), FIRST_BUCKET) == null
                            && store.fetch(identity(number), SECOND_BUCKET) == null)
                    .boxed().toList();
        }

        private static Bytes identity(long number) {
            return StoreKeys.event("m", new UUID(0, number));
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static Path segment(Path stateDir, long bucket) {
        return stateDir.resolve(StoreNames.SEEN).resolve(StoreNames.SEEN + '.' + bucket);
    }

    /// The number of times that RocksDB has written the segment to the disk, at least.
    private static long written(Path segment) {
        try (Stream<Path> files = Files.list(segment)) {
            return files.filter(file -> file.toString().endsWith(".sst")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the process would leave if it were killed now.
    private Path killed(Path stateDir) throws IOException {
        Path left = directory.resolve("killed");
        try (Stream<Path> files = Files.walk(stateDir)) {
            for (Path file : files.toList()) {
                if (!Objects.toString(file.getFileName()).equals("LOCK")) {
                    Files.copy(file, left.resolve(stateDir.relativize(file).toString()));
                }
            }
        }
        return left;
    }

    @Test
    void committedOffset_onlyTheNewestSegmentIsOnDisk_losesNoIdentity() throws IOException {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir)) {
            running.add(100, FIRST_BUCKET);
            Path newest = segment(stateDir, SECOND_BUCKET);
            running.add(1, SECOND_BUCKET);
            for (int i = 0; i < 100 && written(newest) < 4; i++) {
                running.add(5_000, SECOND_BUCKET);
            }
            assertTrue(written(newest) > 1, "the newest segment is on the disk");
            assertEquals(0, written(segment(stateDir, FIRST_BUCKET)), "the older segment is in memory only");

            try (SeenStore left = new SeenStore(killed(stateDir))) {
                assertEquals(List.of(), left.lost());
            }
        }
    }

    @Test
    void committedOffset_onlyTheOlderSegmentIsOnDisk_losesNoIdentity() throws IOException {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir)) {
            Path older = segment(stateDir, FIRST_BUCKET);
            running.add(100, FIRST_BUCKET);
            int perWrite = running.commitUntil(() -> written(older) > 0);
            running.commit(perWrite / 2);
            running.add(100, SECOND_BUCKET);
            long before = written(older);
            running.commitUntil(() -> written(older) > before);
            assertEquals(0, written(segment(stateDir, SECOND_BUCKET)), "the newest segment is in memory only");

            try (SeenStore left = new SeenStore(killed(stateDir))) {
                assertEquals(List.of(), left.lost());
            }
        }
    }

    @Test
    void committedOffset_olderSegmentIsLessComplete_losesNoIdentity() throws IOException {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir)) {
            Path older = segment(stateDir, FIRST_BUCKET);
            running.add(1, FIRST_BUCKET);
            running.commitUntil(() -> written(older) > 1);
            running.add(100, FIRST_BUCKET);
            long inMemory = running.next;
            running.addUntilWritten(segment(stateDir, SECOND_BUCKET), SECOND_BUCKET);

            assertLessCompleteAndNothingLost(stateDir, inMemory);
        }
    }

    @Test
    void committedOffset_newestSegmentIsLessComplete_losesNoIdentity() throws IOException {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir)) {
            running.add(1, FIRST_BUCKET);
            running.addUntilWritten(segment(stateDir, SECOND_BUCKET), SECOND_BUCKET);
            running.add(100, SECOND_BUCKET);
            long inMemory = running.next;
            running.addUntilWritten(segment(stateDir, FIRST_BUCKET), FIRST_BUCKET);

            assertLessCompleteAndNothingLost(stateDir, inMemory);
        }
    }

    /// @param inMemory the number of the first identity after those that were in memory only
    private void assertLessCompleteAndNothingLost(Path stateDir, long inMemory) throws IOException {
        try (SeenStore left = new SeenStore(killed(stateDir))) {
            assertEquals(List.of(), left.lost());
            assertTrue(left.committed() > 0, "both segments have an offset");
            assertTrue(left.committed() < inMemory, "the less complete segment was not written again");
        }
    }

    /// An earlier release may have left changes that were never committed. Streams then wipes the state.
    @Test
    void open_leftByAKilledEarlierRelease_isRefused() throws IOException {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir, false)) {
            running.add(100, FIRST_BUCKET);
            running.add(1, SECOND_BUCKET);
            Path newest = segment(stateDir, SECOND_BUCKET);
            for (int i = 0; i < 100 && written(newest) < 4; i++) {
                running.add(5_000, SECOND_BUCKET);
            }
            Path left = killed(stateDir);

            assertThrows(TaskCorruptedException.class, () -> new SeenStore(left).close());
        }
    }

    @Test
    void committedOffset_closedInOrder_isThatOfTheLastCommit() {
        Path stateDir = directory.resolve("running");
        try (SeenStore running = new SeenStore(stateDir)) {
            running.add(100, FIRST_BUCKET);
            running.add(100, SECOND_BUCKET);
        }

        try (SeenStore again = new SeenStore(stateDir)) {
            assertEquals(200, again.committed());
            assertEquals(List.of(), again.lost());
        }
    }
}
