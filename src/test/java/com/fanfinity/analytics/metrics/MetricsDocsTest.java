package com.fanfinity.analytics.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// `topology-docs/METRICS.md` lists every meter as the code describes it. `-Dupdate.docs=true` writes it.
class MetricsDocsTest {

    private static final Path FILE = ProjectDir.find().resolve("topology-docs/METRICS.md");

    private static final String HEAD = """
            # Metrics

            The metrics of `GET /metrics`. This page is generated: `MetricsDocsTest` fails when it differs from the
            code, and `mvn test -Dtest=MetricsDocsTest -Dupdate.docs=true` writes it. The name of a histogram or summary
            stands for several series: `_count`, `_sum`, `_max` (the maximum of the last minutes) and, for a histogram,
            `_bucket{le}`. All values are per instance: take the sum or the worst of all instances. Labels have few
            values. Only `match_id` contains ids of clients, at most 200. The alerts are in `ops/prometheus/rules`, and
            their procedures in the [runbook](../RUNBOOK.md#index).

            ## Metrics of the service

            | name | type | labels | unit | meaning |
            |---|---|---|---|---|
            """;

    private static final String LIBRARIES = """

            ## Metrics of libraries

            Micrometer adds `jvm_…`, `process_…`, `system_…` and `disk_…`. Kafka's clients add `kafka_producer_…`,
            `kafka_consumer_…`, `kafka_admin_client_…` and `kafka_stream_…` (with labels such as `client_id`), each as
            [Kafka documents it](https://kafka.apache.org/documentation/#monitoring). Names have `nanos`, `millis` and
            `connections` where Kafka has `ns`, `ms` and `connection-count`, because `promtool check metrics` rejects
            those. Alerts use these:

            | name | source | unit | meaning |
            |---|---|---|---|
            """;

    @Test
    void metricsPage_matchesTheCode() throws IOException {
        String page = HEAD + own() + LIBRARIES + libraries();
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(FILE, page);
        }

        assertEquals(page, Files.exists(FILE) ? Files.readString(FILE) : "",
                "METRICS.md differs from the code; -Dupdate.docs=true writes it");
    }

    @Test
    void entries_all_haveHelpAndUnit() {
        List<String> incomplete = new Meters(new SimpleMeterRegistry()).entries().stream()
                .filter(entry -> entry.help().isBlank() || entry.unit().isBlank()).map(MeterBook.Entry::name).toList();

        assertEquals(List.of(), incomplete);
    }

    private static String own() {
        return new Meters(new SimpleMeterRegistry()).entries().stream()
                .map(entry -> row(entry.scrapedName(), entry.type().prometheusName(),
                        entry.labels().stream().map(label -> '`' + label + '`').collect(Collectors.joining(", ")),
                        entry.unit(),
                        entry.help()))
                .collect(Collectors.joining());
    }

    private static String libraries() {
        return LibraryMeters.USED.stream().map(meter -> row(meter.name(), meter.of(), meter.unit(), meter.help()))
                .collect(Collectors.joining());
    }

    private static String row(String name, String... cells) {
        return "| `" + name + "` | " + String.join(" | ", cells) + " |\n";
    }
}
