package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Gauge;

/// The gauges of one name, a number for each set of values of its labels. What is not known any more is taken out: a number that stands
/// still would pass for one.
final class GaugeTable {

    private record Cell(Gauge gauge, double[] value) {}

    private final MeterBook.Gauges gauges;
    private final Map<List<String>, Cell> cells = new ConcurrentHashMap<>();

    GaugeTable(MeterBook.Gauges gauges) {
        this.gauges = gauges;
    }

    void set(double value, String... labels) {
        cells.computeIfAbsent(List.of(labels), this::cell).value()[0] = value;
    }

    /// All that is, by the value of the only label: what was there before and is not now is 0.
    void setOnly(Map<String, Integer> now) {
        now.forEach((label, value) -> set(value, label));
        cells.forEach((labels, cell) -> cell.value()[0] = now.getOrDefault(labels.getFirst(), 0));
    }

    private Cell cell(List<String> labels) {
        double[] value = {0};
        return new Cell(gauges.of(() -> value[0], labels.toArray(String[]::new)), value);
    }

    /// Takes out every gauge whose first labels have these values.
    void remove(String... first) {
        List<String> some = List.of(first);
        cells.keySet().removeIf(labels -> {
            if (!labels.subList(0, some.size()).equals(some)) {
                return false;
            }
            gauges.remove(requireNonNull(cells.get(labels)).gauge());
            return true;
        });
    }
}
