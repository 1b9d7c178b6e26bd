package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The resources of a process of this machine, from the kernel and from its `/metrics`. Linux only.
public final class ProcessFigures {

    private static final String HEAP = "area=\"heap\"";

    private ProcessFigures() {}

    /// Resident memory in bytes; 0 if there is no such process.
    public static long rss(long pid) throws IOException {
        return status(pid, "VmRSS:") * 1024;
    }

    /// The maximum resident memory so far in bytes; 0 if there is no such process.
    public static long peakRss(long pid) throws IOException {
        return status(pid, "VmHWM:") * 1024;
    }

    /// CPU time since its start, including system time; zero if there is no such process.
    public static Duration cpu(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).orElse(Duration.ZERO);
    }

    /// Time of all processors since the start of the machine, in ticks.
    ///
    /// @param idle time that no process, kernel or host used
    public record Processors(long all, long idle) {

        public static Processors now() throws IOException {
            try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
                long[] ticks = Stream.of(lines.findFirst().orElse("cpu 0 0 0 0 0").split("\\s+", -1)).skip(1).limit(8)
                        .mapToLong(Long::parseLong).toArray();
                return new Processors(LongStream.of(ticks).sum(), ticks[3] + ticks[4]);
            }
        }

        /// The used part of the time since then, 0 to 1.
        public double usedSince(Processors earlier) {
            return 1 - (idle - earlier.idle) / (double) Math.max(1, all - earlier.all);
        }
    }

    static long threads(long pid) throws IOException {
        return status(pid, "Threads:");
    }

    private static long status(long pid, String field) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field)).findFirst()
                    .map(line -> Long.parseLong(line.substring(field.length()).replace("kB", "").strip())).orElse(0L);
        } catch (NoSuchFileException | UncheckedIOException _) {
            return 0;
        }
    }

    /// The number of open file handles, including sockets.
    static long openFiles(long pid) throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return handles.count();
        }
    }

    /// The total size of the files below a directory, which may change during the walk.
    static long bytesBelow(Path directory) throws IOException {
        var bytes = new AtomicLong();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException deleted) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes.get();
    }

    /// The page `/metrics` of a service.
    static String metrics(HttpClient http, URI service) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(service + "/metrics")).timeout(Duration.ofSeconds(20)).build();
        return http.send(request, BodyHandlers.ofString(UTF_8)).body();
    }

    /// Bytes of heap in use, including garbage, on a page of metrics.
    static long heapUsed(String metrics) throws IOException {
        return (long) new ScrapedMetrics(metrics).sum("jvm_memory_used_bytes", HEAP);
    }

    /// Bytes of committed heap.
    static long heapCommitted(String metrics) throws IOException {
        return (long) new ScrapedMetrics(metrics).sum("jvm_memory_committed_bytes", HEAP);
    }

    /// Makes a JVM collect its whole heap.
    static void collectGarbage(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid), "GC.run")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (jcmd.waitFor() != 0) {
            throw new IOException("the garbage collection failed");
        }
    }
}
