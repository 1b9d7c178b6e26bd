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

/// `topology-docs/METRICS.md` has every meter as the code describes it. `-Dupdate.docs=true` writes it.
class MetricsDocsTest {

    private static final Path FILE = ProjectDir.find().resolve("topology-docs/METRICS.md");

    private static final String HEAD = """
            # Metrics

            What `GET /metrics` has. This page is generated: `MetricsDocsTest` fails when it is not what the code says, and
            `mvn test -Dtest=MetricsDocsTest -Dupdate.docs=true` writes it. The names of histograms and summaries stand for several series:
            `_count`, `_sum`, `_max` (the highest of the last minutes) and, of histograms, `_bucket{le}`. All are of one instance: add up over
            instances, or take the worst. Labels take on few values, never an id that a client makes, but for `match_id` (200 at most).
            What alerts make of them is in `ops/prometheus/rules`, what to do about it in the [runbook](../RUNBOOK.md#index).

            ## The service's own

            | name | type | labels | unit | meaning |
            |---|---|---|---|---|
            """;

    private static final String LIBRARIES = """

            ## Of libraries

            Micrometer's binders add `jvm_…`, `process_…`, `system_…` and `disk_…`; Kafka's clients `kafka_producer_…`, `kafka_consumer_…`,
            `kafka_admin_client_…` and `kafka_stream_…` (by `client_id` and the like), each as
            [Kafka documents it](https://kafka.apache.org/documentation/#monitoring), with `nanos`, `millis` and `connections` in names where
            Kafka has `ns`, `ms` and `connection-count`: `promtool check metrics` objects to those. Alerts go by these:

            | name | whose | unit | meaning |
            |---|---|---|---|
            """;

    @Test
    void metricsPage_isWhatTheCodeSays() throws IOException {
        String page = HEAD + own() + LIBRARIES + libraries();
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(FILE, page);
        }

        assertEquals(page, Files.exists(FILE) ? Files.readString(FILE) : "",
                "METRICS.md is not what the code says; -Dupdate.docs=true writes it");
    }

    @Test
    void entries_all_haveHelpAndUnit() {
        List<String> bare = new Meters(new SimpleMeterRegistry()).entries().stream()
                .filter(entry -> entry.help().isBlank() || entry.unit().isBlank()).map(MeterBook.Entry::name).toList();

        assertEquals(List.of(), bare);
    }

    private static String own() {
        return new Meters(new SimpleMeterRegistry()).entries().stream()
                .map(entry -> row(entry.scrapedName(), entry.type().prometheusName(),
                        entry.labels().stream().map(label -> '`' + label + '`').collect(Collectors.joining(", ")), entry.unit(),
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
