package com.fanfinity.analytics.streams;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the state directories that a killed process left behind. Under exactly-once Streams cannot use them: it
/// opens every store of every task, finds the store not cleanly closed, wipes it and only then starts to restore.
/// Removal before the start saves that time (`RATIONALE.md` has the figures) and changes nothing else, because Streams
/// still checks every directory that it finds.
///
/// A marker file records a clean close. It does not exist while the stores are in use.
final class StateLeftovers {

    private static final Logger LOG = LoggerFactory.getLogger(StateLeftovers.class);
    private static final String MARKER = "closed-in-order";
    /// The file in which Streams keeps the identity of this instance, which its transactions are named after. The
    /// process that uses the directory holds a lock on the file. The file is never removed.
    private static final String PROCESS = "kafka-streams-process-metadata";
    private static final String TASK = "\\d+_\\d+";

    private final Path directory;

    /// @param directory of the application, below the state directory
    StateLeftovers(Path directory) {
        this.directory = directory;
    }

    /// Call this before Streams opens the directory. Streams handles every directory that cannot be removed.
    void remove() {
        try {
            if (!Files.deleteIfExists(directory.resolve(MARKER)) && Files.exists(directory.resolve(PROCESS))) {
                removeUnlessInUse();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("cause", e.toString())
                    .log("cannot remove the state of a killed process; the restore takes longer");
        }
    }

    /// Call this when Streams has closed all stores.
    void markClosed() {
        try {
            if (Files.isDirectory(directory)) {
                Files.writeString(directory.resolve(MARKER), "");
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("cause", e.toString())
                    .log("cannot mark the state as cleanly closed; the next start restores all of it");
        }
    }

    private void removeUnlessInUse() throws IOException {
        try (FileChannel process = FileChannel.open(directory.resolve(PROCESS), StandardOpenOption.WRITE);
                FileLock lock = process.tryLock()) {
            if (lock == null) {
                return;
            }
            List<Path> tasks = tasks();
            for (Path task : tasks) {
                delete(task);
            }
            if (!tasks.isEmpty()) {
                LOG.atInfo().addKeyValue("tasks", tasks.size())
                        .log("removed the state of a killed process; it is restored from Kafka");
            }
        } catch (OverlappingFileLockException _) {
            // this process uses the directory
        }
    }

    private List<Path> tasks() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().matches(TASK)).toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
