package com.fanfinity.analytics.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.NamingConvention;
import org.jspecify.annotations.Nullable;

/// Binders name some meters in ways that `promtool check metrics` objects to: a unit cut short, `_count` on what is no histogram, no help.
/// Only what is scraped is called otherwise: binders find their meters by the names that they gave them.
final class LintedNames implements NamingConvention {

    private static final String NANOSECONDS = "ns";
    private static final String NO_HELP = "As the documentation of Kafka's metrics says";

    private final NamingConvention convention;

    private LintedNames(NamingConvention convention) {
        this.convention = convention;
    }

    static void apply(MeterRegistry.Config config) {
        config.namingConvention(new LintedNames(config.namingConvention()));
        config.meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String help = id.getDescription();
                return help == null || help.isBlank()
                        ? new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), NO_HELP, id.getType())
                        : id;
            }
        });
    }

    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
        return convention.name(baseUnit == null ? linted(name) : name, type, NANOSECONDS.equals(baseUnit) ? "nanos" : baseUnit);
    }

    @Override
    public String tagKey(String key) {
        return convention.tagKey(key);
    }

    @Override
    public String tagValue(String value) {
        return convention.tagValue(value);
    }

    /// The unit of the numbers stays what it was.
    static String linted(String name) {
        return (name + ".").replace(".ns.", ".nanos.").replace(".ms.", ".millis.").replace(".connection.count.", ".connections.")
                .replace(".cpu.count.", ".cpus.").replaceFirst("\\.count\\.$", ".number.").replaceFirst("\\.$", "");
    }
}
