package org.apache.kafka.streams.state.internals;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.stack.Await;

/// A read by another thread waits while the store closes: both need the lock of the store. Without it RocksDB may read
/// freed memory, which ends the process.
class ReadWhileClosingTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Bytes KEY = Bytes.wrap("key".getBytes(UTF_8));
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private final List<StateStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StateStore::close);
    }

    private <T extends StateStore> T open(T store) {
        opened.add(store);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "closing");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, true);
        store.init(new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile())
                .getStateStoreContext(), store);
        return store;
    }

    private static void assertWaitsFor(StateStore lock, Runnable read) throws InterruptedException {
        Thread reader = Thread.ofPlatform().unstarted(read);
        synchronized (lock) {
            reader.start();
            Await.until(SOON, "the read waits for the store or has ended",
                    () -> !reader.isAlive() || awaits(reader, lock));
            assertTrue(reader.isAlive(), "the read waits");
        }
        reader.join();
    }

    private static boolean awaits(Thread reader, StateStore lock) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(reader.threadId());
        return info != null && info.getLockInfo() != null
                && info.getLockInfo().getIdentityHashCode() == System.identityHashCode(lock);
    }

    @Test
    void entries_whileTheStoreCloses_areReadAfterwards() throws InterruptedException {
        KeyValueStore<Bytes, byte[]> store = open(new SynchronizedKeyValueStoreSupplier("entries").get());
        store.put(KEY, VALUE);
        AtomicBoolean found = new AtomicBoolean();

        assertWaitsFor(store, () -> found.set(store.readOnly(IsolationLevel.READ_UNCOMMITTED).get(KEY) != null));
        assertWaitsFor(store, () -> store.readOnly(IsolationLevel.READ_UNCOMMITTED).all().close());

        assertTrue(found.get(), "a change that is not committed yet");
    }

    @Test
    void windows_whileASegmentCloses_areReadAfterwards() throws InterruptedException {
        long hour = Duration.ofHours(1).toMillis();
        WindowStore<Bytes, byte[]> store = open(
                new LeastOffsetWindowStoreSupplier("windows", hour, hour, hour).get());
        store.put(KEY, VALUE, 0);
        StateStore segment = ((RocksDBWindowStore) store).wrapped().getSegments().getFirst();
        AtomicBoolean found = new AtomicBoolean();

        assertWaitsFor(segment, () -> {
            try (WindowStoreIterator<byte[]> rows = store.readOnly(IsolationLevel.READ_UNCOMMITTED).fetch(KEY,
                    Instant.EPOCH, Instant.EPOCH.plusMillis(hour))) {
                found.set(rows.hasNext());
            }
        });

        assertTrue(found.get(), "a change that is not committed yet");
    }
}
