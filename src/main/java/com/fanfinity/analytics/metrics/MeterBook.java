package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import com.fanfinity.analytics.event.WireName;

/// The catalogue of meters: name, labels, unit and help. All meters are created through it, and
/// `topology-docs/METRICS.md` is generated from it. A name is registered once with its label names; label values then
/// select one meter of that name.
public final class MeterBook {

    /// Determines the suffix of the scraped name. Histograms and summaries also have a `_max`.
    public enum Type {
        COUNTER("_total"),
        GAUGE(""),
        /// With buckets, in seconds.
        HISTOGRAM("_seconds"),
        /// Times without buckets.
        TIME_SUMMARY("_seconds"),
        /// Sizes without buckets.
        SUMMARY("");

        private final String suffix;

        Type(String suffix) {
            this.suffix = suffix;
        }

        public String prometheusName() {
            return this == TIME_SUMMARY ? "summary" : WireName.of(this);
        }
    }

    /// @param name with dots, in Micrometer's form
    /// @param unit of the value, in the plural
    public record Entry(String name, Type type, List<String> labels, String unit, String help) {

        public String scrapedName() {
            return name.replace('.', '_') + type.suffix;
        }

        private Tags tags(String... values) {
            if (values.length != labels.size()) {
                throw new IllegalArgumentException(
                        name + " has the labels " + labels + " but got " + values.length + " values");
            }
            Tags tags = Tags.empty();
            for (int i = 0; i < values.length; i++) {
                tags = tags.and(labels.get(i), values[i]);
            }
            return tags;
        }
    }

    private final MeterRegistry registry;
    private final SortedMap<String, Entry> entries = new TreeMap<>();

    MeterBook(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Sorted by name.
    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    private Entry register(String name, Type type, String unit, String help, String... labels) {
        Entry entry = new Entry(name, type, List.of(labels), unit, help);
        if (entries.put(name, entry) != null) {
            throw new IllegalStateException("duplicate meter name " + name);
        }
        return entry;
    }

    /// The counters of one name. The same label values give the same counter.
    record Counters(MeterRegistry registry, Entry entry) {

        Counter of(String... values) {
            return Counter.builder(entry.name()).description(entry.help()).tags(entry.tags(values)).register(registry);
        }

        /// One counter for each constant, so that all exist at 0 before the first increase.
        <K extends Enum<K>> Map<K, Counter> each(Class<K> type, Function<K, String> value) {
            return forEach(type, value, this::of);
        }
    }

    Counters counters(String name, String unit, String help, String... labels) {
        return new Counters(registry, register(name, Type.COUNTER, unit, help, labels));
    }

    Counter counter(String name, String unit, String help) {
        return counters(name, unit, help).of();
    }

    record Timers(MeterRegistry registry, Entry entry, Duration[] buckets) {

        Timer of(String... values) {
            Timer.Builder builder = Timer.builder(entry.name()).description(entry.help()).tags(entry.tags(values));
            return (buckets.length == 0 ? builder : builder.serviceLevelObjectives(buckets)).register(registry);
        }

        <K extends Enum<K>> Map<K, Timer> each(Class<K> type, Function<K, String> value) {
            return forEach(type, value, this::of);
        }
    }

    /// @param bucketMillis upper bounds of buckets, in milliseconds; without any, only count, sum and maximum are kept
    Timers timers(String name, long[] bucketMillis, String help, String... labels) {
        Duration[] buckets = Arrays.stream(bucketMillis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
        Type type = buckets.length == 0 ? Type.TIME_SUMMARY : Type.HISTOGRAM;
        return new Timers(registry, register(name, type, "seconds", help, labels), buckets);
    }

    static long[] millis(long... bucketMillis) {
        return bucketMillis;
    }

    record Summaries(MeterRegistry registry, Entry entry) {
        DistributionSummary of(String... values) {
            return DistributionSummary.builder(entry.name()).description(entry.help()).tags(entry.tags(values))
                    .register(registry);
        }
    }

    Summaries summaries(String name, String unit, String help, String... labels) {
        return new Summaries(registry, register(name, Type.SUMMARY, unit, help, labels));
    }

    record Gauges(MeterRegistry registry, Entry entry) {

        /// The scrape calls the supplier. A second supplier for the same label values is ignored.
        Gauge of(Supplier<Number> number, String... values) {
            return Gauge.builder(entry.name(), number).description(entry.help()).tags(entry.tags(values))
                    .register(registry);
        }

        void remove(Gauge gauge) {
            registry.remove(gauge);
        }
    }

    Gauges gauges(String name, String unit, String help, String... labels) {
        return new Gauges(registry, register(name, Type.GAUGE, unit, help, labels));
    }

    private static <K extends Enum<K>, M> Map<K, M> forEach(Class<K> type, Function<K, String> value,
            Function<String, M> make) {
        return Arrays.stream(requireNonNull(type.getEnumConstants()))
                .collect(Collectors.toMap(Function.identity(), key -> make.apply(value.apply(key)), (a, _) -> a,
                        () -> new EnumMap<>(type)));
    }
}
