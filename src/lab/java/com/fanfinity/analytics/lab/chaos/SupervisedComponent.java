package com.fanfinity.analytics.lab.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.fanfinity.analytics.stack.StackComponent;

/// A component that is restarted whenever it ends, as a process supervisor does, and that can be signalled.
final class SupervisedComponent {

    private static final Duration PAUSE_AFTER_FAILED_START = Duration.ofMillis(200);

    private final String name;
    private final StackComponent part;
    private final Consumer<String> log;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread watch;
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private volatile long downUntil = System.nanoTime();

    /// @param part a running component
    SupervisedComponent(String name, StackComponent part, Consumer<String> log) {
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

    /// Sends SIGKILL. The restart follows after `keptDown`.
    void kill(Duration keptDown) {
        kills.incrementAndGet();
        downUntil = System.nanoTime() + keptDown.toNanos();
        part.kill();
    }

    /// Sends SIGSTOP.
    void stop() {
        stops.incrementAndGet();
        part.pause();
    }

    /// Sends SIGCONT. It does nothing if the component was killed and restarted in the meantime.
    void resume() {
        part.resume();
    }

    /// Sends SIGTERM, then SIGKILL after a limit. An immediate restart follows.
    void restart() {
        restarts.incrementAndGet();
        part.terminate();
    }

    /// Ends the supervision.
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
            // the run is over
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
            log.accept(
                    "  " + name + " did not start: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            ending.await(PAUSE_AFTER_FAILED_START.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
