package com.fanfinity.analytics.ops;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/// The gauges of one name, a number for each set of labels. What is not known any more is taken out: a number that stands still would pass
/// for one.
final class GaugeTable {

    private record Cell(Gauge gauge, double[] value) {}

    private final MeterRegistry registry;
    private final String name;
    private final String unit;
    private final String description;
    private final Map<Tags, Cell> cells = new ConcurrentHashMap<>();

    /// @param unit empty if the name says it
    GaugeTable(MeterRegistry registry, String name, String unit, String description) {
        this.registry = registry;
        this.name = name;
        this.unit = unit;
        this.description = description;
    }

    void set(Tags tags, double value) {
        cells.computeIfAbsent(tags, this::cell).value()[0] = value;
    }

    private Cell cell(Tags tags) {
        double[] value = {0};
        return new Cell(Gauge.builder(name, value, it -> it[0]).baseUnit(unit.isEmpty() ? null : unit).description(description).tags(tags)
                .strongReference(true).register(registry), value);
    }

    /// Takes out every gauge that has all of these labels.
    void remove(Tags some) {
        cells.keySet().removeIf(tags -> {
            if (!some.stream().allMatch(tag -> tags.stream().anyMatch(tag::equals))) {
                return false;
            }
            registry.remove(requireNonNull(cells.get(tags)).gauge());
            return true;
        });
    }
}
