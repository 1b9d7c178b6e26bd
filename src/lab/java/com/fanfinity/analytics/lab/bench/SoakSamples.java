package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.stack.Stack;

/// The figures of a service over a run, each sample also a line of a CSV file.
final class SoakSamples implements AutoCloseable {

    /// Figures of the service, unless the name contains another process, in bytes or numbers.
    enum Figure {
        /// Heap in use after a full collection; only in samples with a collection.
        HEAP_LIVE,
        HEAP_USED,
        RSS,
        /// The size of the files of the state stores.
        STORES,
        FILES,
        THREADS,
        BROKER_RSS,
        ENGINE_RSS
    }

    private record Sample(double seconds, Map<Figure, Double> values) {}

    private final Stack stack;
    private final HttpClient http = HttpClient.newHttpClient();
    private final BufferedWriter csv;
    private final List<Sample> samples = new ArrayList<>();

    SoakSamples(Stack stack, Path file) throws IOException {
        this.stack = stack;
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        this.csv = Files.newBufferedWriter(file, UTF_8);
        csv.write("seconds,events,"
                + List.of(Figure.values()).stream().map(WireName::of).collect(Collectors.joining(","))
                + "\n");
    }

    /// @param collect whether to run a garbage collection first
    /// @param events sent so far
    /// @return the sample in words
    String sample(double seconds, boolean collect, long events) throws IOException, InterruptedException {
        long pid = stack.service().pid();
        if (collect) {
            ProcessFigures.collectGarbage(pid);
        }
        double heap = ProcessFigures.heapUsed(ProcessFigures.metrics(http, URI.create(stack.service().url())));
        var values = new EnumMap<Figure, Double>(
                Map.of(Figure.HEAP_USED, heap, Figure.RSS, (double) ProcessFigures.rss(pid), Figure.STORES,
                        (double) ProcessFigures.bytesBelow(stack.stateDir()), Figure.FILES,
                        (double) ProcessFigures.openFiles(pid), Figure.THREADS,
                        (double) ProcessFigures.threads(pid), Figure.BROKER_RSS,
                        (double) ProcessFigures.rss(stack.kafka().pid()),
                        Figure.ENGINE_RSS, (double) ProcessFigures.rss(stack.clickHouse().pid())));
        if (collect) {
            values.put(Figure.HEAP_LIVE, heap);
        }
        var sample = new Sample(seconds, values);
        samples.add(sample);
        csv.write(String.format(Locale.ROOT, "%.1f,%d,", seconds, events)
                + Arrays.stream(Figure.values())
                        .map(figure -> values.containsKey(figure) ? Long.toString(value(sample, figure)) : "")
                        .collect(Collectors.joining(","))
                + "\n");
        csv.flush();
        return String.format(Locale.ROOT,
                "%6.0f s  %d events; heap %d MiB, RSS %d MiB, stores %d MiB, %d files, %d threads; "
                        + "RSS of the broker %d, the engine %d MiB",
                seconds, events, mib(sample, Figure.HEAP_USED), mib(sample, Figure.RSS), mib(sample, Figure.STORES),
                value(sample, Figure.FILES), value(sample, Figure.THREADS), mib(sample, Figure.BROKER_RSS),
                mib(sample, Figure.ENGINE_RSS));
    }

    /// A figure from a start time on, without the samples that lack it.
    ///
    /// @param unit the divisor of the values
    List<Trend.At> after(Duration start, Figure figure, double unit) {
        return samples.stream().filter(sample -> sample.seconds() >= start.toSeconds())
                .filter(sample -> sample.values().containsKey(figure))
                .map(sample -> new Trend.At(sample.seconds(), sample.values().getOrDefault(figure, 0.0) / unit))
                .toList();
    }

    private static long mib(Sample sample, Figure figure) {
        return value(sample, figure) >> 20;
    }

    private static long value(Sample sample, Figure figure) {
        return sample.values().getOrDefault(figure, 0.0).longValue();
    }

    @Override
    public void close() throws IOException {
        csv.close();
        http.close();
    }
}
