package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.fanfinity.analytics.stack.LocalPart;

/// A part that is started again whenever it ends, as a supervisor of processes would, and the signals that it is sent meanwhile.
final class SupervisedPart {

    private static final Duration PAUSE_AFTER_FAILED_START = Duration.ofMillis(200);

    private final String name;
    private final LocalPart part;
    private final Consumer<String> log;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread watch;
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile long downUntil = System.nanoTime();

    /// @param part that runs
    SupervisedPart(String name, LocalPart part, Consumer<String> log) {
        this.name = name;
        this.part = part;
        this.log = log;
        this.watch = Thread.ofVirtual().name("supervisor-" + name).start(this::supervise);
    }

    String name() {
        return name;
    }

    int kills() {
        return kills.get();
    }

    int stops() {
        return stops.get();
    }

    int restarts() {
        return restarts.get();
    }

    /// SIGKILL; it is started again at once, or after a while.
    void kill(Duration keptDown) {
        kills.incrementAndGet();
        downUntil = System.nanoTime() + keptDown.toNanos();
        part.kill();
    }

    /// SIGSTOP.
    void stop() {
        stops.incrementAndGet();
        part.pause();
    }

    /// SIGCONT; does nothing to a part that was killed meanwhile and runs again.
    void goOn() {
        part.resume();
    }

    /// SIGTERM, and SIGKILL if that does not end it; it is started again at once.
    void restart() {
        restarts.incrementAndGet();
        part.terminate();
    }

    /// No longer starts it again.
    void release() throws InterruptedException {
        ending.countDown();
        watch.interrupt();
        watch.join();
    }

    private void supervise() {
        try {
            while (true) {
                part.onExit().get();
                long left = downUntil - System.nanoTime();
                if (ending.await(Math.max(0, left), TimeUnit.NANOSECONDS)) {
                    return;
                }
                start();
            }
        } catch (InterruptedException _) {
            // the end of the run
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start() throws InterruptedException {
        long started = System.nanoTime();
        try {
            part.restart();
            log.accept("  %s is ready again after %.1f s".formatted(name, (System.nanoTime() - started) / 1e9));
        } catch (IOException | IllegalStateException e) {
            log.accept("  " + name + " did not start: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            ending.await(PAUSE_AFTER_FAILED_START.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
