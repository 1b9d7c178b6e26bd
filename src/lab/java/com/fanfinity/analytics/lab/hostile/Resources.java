package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fanfinity.analytics.lab.bench.ScrapedMetrics;

/// Resources that a service must not lose to a client.
///
/// @param heapBytes in use after a full collection
/// @param directBytes of direct buffers
public record Resources(long heapBytes, long directBytes, long threads, long files) {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern GENERATION = Pattern.compile(
            "(?m)^\\s*(?:PSYoungGen|ParOldGen|garbage-first heap|def new generation|tenured generation|DefNew|Tenured)"
                    + "\\s.*?used (\\d+)K");
    private static final double MIB = 1 << 20;

    /// Collects the garbage of a JVM of this machine, and reads its resources.
    ///
    /// @throws IOException if one of them cannot be read
    public static Resources of(long pid, InetSocketAddress service) throws IOException, InterruptedException {
        String metrics = RawHttp.once(service, RawHttp.get("/metrics"), LIMIT).text();
        long direct = (long) new ScrapedMetrics(metrics).sum("jvm_buffer_memory_used_bytes", "id=\"direct\"");
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"));
                Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return new Resources(heap(pid), direct, tasks.count(), handles.count());
        }
    }

    /// Bytes of heap in use after a full collection.
    static long heap(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        String info = jcmd(pid, "GC.heap_info");
        List<String> used = GENERATION.matcher(info).results().map(hit -> hit.group(1)).toList();
        if (used.isEmpty()) {
            throw new IOException("no heap in: " + info);
        }
        return used.stream().mapToLong(Long::parseLong).sum() << 10;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid), command).redirectErrorStream(true).start();
        String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    public double heapMib() {
        return heapBytes / MIB;
    }

    public double directMib() {
        return directBytes / MIB;
    }
}
