package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Gauge;

/// The gauges of one name, one for each set of label values. A gauge whose value is no longer known is removed, because
/// a stale value would look current.
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

    /// Sets every gauge of a name with one label: labels that are missing from the map become 0.
    void setAll(Map<String, Integer> now) {
        now.forEach((label, value) -> set(value, label));
        cells.forEach((labels, cell) -> cell.value()[0] = now.getOrDefault(labels.getFirst(), 0));
    }

    private Cell cell(List<String> labels) {
        double[] value = {0};
        return new Cell(gauges.of(() -> value[0], labels.toArray(String[]::new)), value);
    }

    /// Removes every gauge whose first labels have these values.
    void remove(String... first) {
        List<String> prefix = List.of(first);
        cells.keySet().removeIf(labels -> {
            if (!labels.subList(0, prefix.size()).equals(prefix)) {
                return false;
            }
            gauges.remove(requireNonNull(cells.get(labels)).gauge());
            return true;
        });
    }
}
