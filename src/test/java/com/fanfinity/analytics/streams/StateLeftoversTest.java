package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLeftoversTest {

    @TempDir
    private Path directory;
    private Path store;
    private Path process;
    private StateLeftovers leftovers;

    @BeforeEach
    void createState() throws IOException {
        store = Files.createDirectories(directory.resolve("0_3/rocksdb/match-stats")).resolve("CURRENT");
        Files.writeString(store, "MANIFEST-000005\n");
        process = directory.resolve("kafka-streams-process-metadata");
        Files.writeString(process, "{}");
        leftovers = new StateLeftovers(directory);
    }

    @Test
    void remove_afterKill_removesStoresAndKeepsTheIdentity() {
        leftovers.remove();

        assertFalse(Files.exists(directory.resolve("0_3")));
        assertTrue(Files.exists(process));
    }

    @Test
    void remove_afterCleanClose_keepsStoresOnce() {
        leftovers.markClosed();

        leftovers.remove();
        assertTrue(Files.exists(store));

        leftovers.remove(); // the marker is gone, as after a kill
        assertFalse(Files.exists(store));
    }

    @Test
    void remove_whileInUse_keepsStores() throws IOException {
        try (FileChannel channel = FileChannel.open(process, StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
            leftovers.remove();
        }

        assertTrue(Files.exists(store));
    }

    @Test
    void remove_noDirectory_doesNothing() {
        new StateLeftovers(directory.resolve("none")).remove();
        new StateLeftovers(directory.resolve("none")).markClosed();

        assertFalse(Files.exists(directory.resolve("none")));
    }
}
