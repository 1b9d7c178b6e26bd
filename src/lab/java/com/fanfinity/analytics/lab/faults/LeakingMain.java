package com.fanfinity.analytics.lab.faults;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.Main;

/// The service as [Main] runs it, with leaks of heap, direct memory, threads and open files while the file `LEAK_FILE`
/// exists. The file has four numbers: percent of the old generation, MiB, number of threads, number of files. Deleting
/// the file releases everything.
final class LeakingMain {

    private static final int PIECE = 1 << 20;
    private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();

    private final List<Object> held = new ArrayList<>();
    private CountDownLatch end = new CountDownLatch(1);

    private LeakingMain() {}

    static void main() throws InterruptedException {
        @Nullable
        String file = System.getenv("LEAK_FILE");
        if (file == null) {
            throw new IllegalStateException("LEAK_FILE is not set");
        }
        Thread.ofPlatform().daemon().name("leak").start(() -> new LeakingMain().watch(Path.of(file)));
        Main.main();
    }

    private void watch(Path file) {
        while (true) {
            try {
                if (Files.exists(file) && held.isEmpty()) {
                    String[] numbers = Files.readString(file).strip().split(" ", -1);
                    leak(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]),
                            Integer.parseInt(numbers[3]));
                } else if (!Files.exists(file) && !held.isEmpty()) {
                    letGo();
                }
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException(e);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// @param heapPercent the target use of the old generation
    private void leak(int heapPercent, int directMiB, int threads, int files) throws IOException {
        held.add("leaking");
        System.gc();
        long pieces = oldGeneration().map(MemoryPoolMXBean::getUsage)
                .map(it -> (it.getMax() / 100 * heapPercent - it.getUsed()) / PIECE)
                .orElse(0L);
        for (long i = 0; i < pieces; i++) {
            held.add(new byte[PIECE]);
        }
        for (int i = 0; i < directMiB; i++) {
            held.add(ByteBuffer.allocateDirect(PIECE));
        }
        for (int i = 0; i < files; i++) {
            held.add(new FileInputStream("/dev/null"));
        }
        CountDownLatch until = end;
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().daemon().name("leaked-" + i).stackSize(1 << 18).start(() -> await(until));
        }
    }

    private static Optional<MemoryPoolMXBean> oldGeneration() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(it -> it.getName().contains("Old Gen"))
                .findFirst();
    }

    private void letGo() throws IOException {
        end.countDown();
        end = new CountDownLatch(1);
        for (Object one : held) {
            if (one instanceof FileInputStream open) {
                open.close();
            }
        }
        held.clear();
        // A garbage collection frees the direct memory of the buffers.
        System.gc();
    }

    private static void await(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
