package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.util.List;

/// The page `/metrics` of a service. A metric that is not on it is a failure: as zero, it would pass every limit.
public record ScrapedMetrics(String page) {

    /// The sum of all series of a metric whose labels include these.
    ///
    /// @param labels such as `area="heap"`
    /// @throws IOException if there is no such series, or one without a number
    public double sum(String metric, String... labels) throws IOException {
        List<Double> values = page.lines().filter(line -> isOf(line, metric, labels))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).toList();
        if (values.isEmpty() || values.stream().anyMatch(value -> value.isNaN())) {
            throw new IOException("no value of " + metric + List.of(labels) + " in: "
                    + page.substring(0, Math.min(page.length(), 200)));
        }
        return values.stream().mapToDouble(value -> value).sum();
    }

    private static boolean isOf(String line, String metric, String... labels) {
        int end = metric.length();
        boolean named = line.startsWith(metric) && line.length() > end
                && (line.charAt(end) == ' ' || line.charAt(end) == '{');
        return named && List.of(labels).stream().allMatch(line::contains);
    }
}
