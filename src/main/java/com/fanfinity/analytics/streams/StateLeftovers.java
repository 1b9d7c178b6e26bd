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

/// What a killed process leaves of its stores is of no use under exactly-once: Streams opens every store of every task, finds it not
/// closed, and does all of it over again before it begins to restore. Removed beforehand, that time is saved (`RATIONALE.md` has the
/// figures). It is only ever a matter of time: Streams still judges for itself what it finds.
///
/// A mark says that the stores were closed in order; there is none while they are in use.
final class StateLeftovers {

    private static final Logger LOG = LoggerFactory.getLogger(StateLeftovers.class);
    private static final String MARK = "closed-in-order";
    /// Streams' own: the identity of this instance, which its transactions are named by, locked by whoever uses the directory. It stays.
    private static final String PROCESS = "kafka-streams-process-metadata";
    private static final String TASK = "\\d+_\\d+";

    private final Path directory;

    /// @param directory of one application, below the state directory
    StateLeftovers(Path directory) {
        this.directory = directory;
    }

    /// To be called before Streams looks at the directory. What cannot be removed is left to Streams.
    void remove() {
        try {
            if (!Files.deleteIfExists(directory.resolve(MARK)) && Files.exists(directory.resolve(PROCESS))) {
                removeUnlessInUse();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("cause", e.toString()).log("leftovers of a killed process cannot be removed; restoring takes longer");
        }
    }

    /// To be called when Streams has closed everything.
    void closedInOrder() {
        try {
            if (Files.isDirectory(directory)) {
                Files.writeString(directory.resolve(MARK), "");
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("cause", e.toString()).log("the state cannot be marked as closed in order; it will be restored anew");
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
                LOG.atInfo().addKeyValue("tasks", tasks.size()).log("state of a killed process removed; it is restored from Kafka");
            }
        } catch (OverlappingFileLockException _) {
            // in use by this very process
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
