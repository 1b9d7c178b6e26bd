package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Keeps components running: writes their pid files, restarts a component that ends, and stops all in reverse start
/// order.
final class Supervisor {
    private static final int MAX_FAILURES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration STABLE = Duration.ofSeconds(3);

    private final Path pids;
    private final StartProgress progress;
    private final List<Watched> parts = new ArrayList<>();
    private final CountDownLatch gaveUp = new CountDownLatch(1);

    private record Watched(StackComponent part, Thread watch) {}

    /// @param pids directory of the pid files
    Supervisor(Path pids, StartProgress progress) {
        this.pids = pids;
        this.progress = progress;
    }

    /// Starts to supervise a running component.
    synchronized void add(StackComponent part) throws IOException {
        writePid(part);
        parts.add(
                new Watched(part, Thread.ofPlatform().name("watch-" + part.name()).daemon().start(() -> watch(part))));
    }

    /// Blocks until a component ends repeatedly.
    void awaitGivingUp() throws InterruptedException {
        gaveUp.await();
    }

    /// Ends all components, the newest first, and removes their pid files. A restart in progress is abandoned.
    synchronized void stop() {
        parts.forEach(watched -> watched.watch.interrupt());
        for (Watched watched : parts.reversed()) {
            end(watched);
        }
        parts.clear();
    }

    private void end(Watched watched) {
        try {
            progress.step("Ending " + watched.part.name(), () -> {
                watched.watch.join(Duration.ofSeconds(10));
                watched.part.close();
                return watched;
            });
        } catch (IOException e) {
            progress.line(e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        removePid(watched.part);
    }

    private void watch(StackComponent part) {
        try {
            int failures = 0;
            while (failures < MAX_FAILURES) {
                long since = System.nanoTime();
                Process ended = part.onExit().get();
                removePid(part);
                progress.line(
                        "%s (pid %d) ended with exit code %d".formatted(part.name(), ended.pid(), ended.exitValue()));
                if (part instanceof SimulatorProcess && ended.exitValue() == 0) {
                    return;
                }
                failures = System.nanoTime() - since > STABLE.toNanos() ? 1 : failures + 1;
                while (failures < MAX_FAILURES && !restarted(part, failures)) {
                    failures++;
                }
            }
            progress.line("%s ended %d times; giving up".formatted(part.name(), MAX_FAILURES));
            gaveUp.countDown();
        } catch (InterruptedException _) {
            // The supervisor stops.
        } catch (IOException | ExecutionException e) {
            progress.line("cannot watch " + part.name() + ": " + e);
            gaveUp.countDown();
        }
    }

    private boolean restarted(StackComponent part, int failures) throws InterruptedException, IOException {
        if (gaveUp.await(FIRST_PAUSE.toMillis() << (failures - 1), TimeUnit.MILLISECONDS)) {
            return true;
        }
        long start = System.nanoTime();
        try {
            part.restart();
        } catch (IOException | IllegalStateException e) {
            progress.line("restarting " + part.name() + " failed: " + e.getMessage());
            return false;
        }
        writePid(part);
        progress.line("%s restarted as pid %d in %.1f s".formatted(part.name(), part.pid(),
                (System.nanoTime() - start) / 1e9));
        return true;
    }

    private Path pidFile(StackComponent part) {
        return pids.resolve(part.name() + ".pid");
    }

    private void writePid(StackComponent part) throws IOException {
        // An atomic move: a reader never sees an incomplete file.
        Path next = pids.resolve(part.name() + ".pid.new");
        Files.writeString(next, part.pid() + "\n");
        Files.move(next, pidFile(part), StandardCopyOption.ATOMIC_MOVE);
    }

    private void removePid(StackComponent part) {
        try {
            Files.deleteIfExists(pidFile(part));
        } catch (IOException e) {
            progress.line("cannot remove " + pidFile(part) + ": " + e);
        }
    }
}
