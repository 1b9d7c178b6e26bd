package com.fanfinity.analytics.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.NamingConvention;
import org.jspecify.annotations.Nullable;

/// Renames meters of libraries that `promtool check metrics` rejects: abbreviated units, `_count` on a meter that is no
/// histogram, no help. Only the scraped name changes, because the libraries look their meters up by the original names.
final class LintedNames implements NamingConvention {

    private static final String NANOSECONDS = "ns";
    private static final String NO_HELP = "See the documentation of Kafka's metrics";

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
                        ? new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), NO_HELP,
                                id.getType())
                        : id;
            }
        });
    }

    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
        return convention.name(baseUnit == null ? linted(name) : name, type,
                NANOSECONDS.equals(baseUnit) ? "nanos" : baseUnit);
    }

    @Override
    public String tagKey(String key) {
        return convention.tagKey(key);
    }

    @Override
    public String tagValue(String value) {
        return convention.tagValue(value);
    }

    /// The unit of the values does not change.
    static String linted(String name) {
        return (name + ".").replace(".ns.", ".nanos.").replace(".ms.", ".millis.")
                .replace(".connection.count.", ".connections.")
                .replace(".cpu.count.", ".cpus.").replaceFirst("\\.count\\.$", ".number.").replaceFirst("\\.$", "");
    }
}
