package com.fanfinity.analytics.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

/// Binders name some meters in ways that `promtool check metrics` objects to: a unit cut short, `_count` on what is no histogram, no help.
final class LintedNames implements MeterFilter {

    private static final String NANOSECONDS = "ns";
    private static final String NO_HELP = "As the documentation of Kafka's metrics says";

    @Override
    public Meter.Id map(Meter.Id id) {
        String unit = id.getBaseUnit();
        String name = unit == null ? linted(id.getName()) : id.getName();
        String help = id.getDescription();
        boolean helps = help != null && !help.isBlank();
        if (helps && name.equals(id.getName()) && !NANOSECONDS.equals(unit)) {
            return id;
        }
        return new Meter.Id(name, Tags.of(id.getTagsAsIterable()), NANOSECONDS.equals(unit) ? "nanos" : unit, helps ? help : NO_HELP,
                id.getType());
    }

    /// The unit of the numbers stays what it was.
    static String linted(String name) {
        return (name + ".").replace(".ns.", ".nanos.").replace(".ms.", ".millis.").replace(".connection.count.", ".connections.")
                .replace(".cpu.count.", ".cpus.").replaceFirst("\\.count\\.$", ".number.").replaceFirst("\\.$", "");
    }
}
