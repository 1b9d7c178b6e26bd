package com.fanfinity.analytics.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.local.ProjectDir;

/// The chart by itself: what Helm says of it, which values it refuses, and what it makes of the defaults.
class ChartTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void lintStrict_chart_hasNoFaults() {
        LintResult result = Chart.lint(Chart.DIRECTORY);

        assertFalse(result.isFailed(), () -> result.getMessages().toString());
        assertEquals(List.of(), result.getMessages().stream().filter(message -> !message.startsWith("[INFO]")).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "templates/ingest.yaml | .Values.ingest.replicas | .Values.ingest.replica.count",
        "templates/live.yaml | {{- end }} | ",
        "values.yaml | preStopSeconds: 8 | preStopSecond: 8",
        "values.yaml | standbys: 1 | standbys: 3",
        "Chart.yaml | version: 0.1.0 | version: one"})
    void lintStrict_fault_isFoundOut(String file, String good, String bad) throws IOException {
        Path chart = Chart.copy(folder.resolve("chart"));
        String text = Files.readString(chart.resolve(file));
        assertTrue(text.contains(good), good);
        Files.writeString(chart.resolve(file),
                text.replace(good, bad == null ? "" : bad).replace("if not .Values.ingest.a", "if .Values.ingest.a"));

        assertTrue(Chart.lint(chart).isFailed());
    }

    @ParameterizedTest
    @CsvSource({"image.tag,latest", "ingest.replica,2", "ingest.replicas,0", "sink.keda.minReplicas,0", "secrets.source,inline",
        "secrets.keys.internalSecret,''", "settings.INTERNAL_SECRET,0123456789abcdef", "settings.ROLES,sink", "live.resources.limits.cpu,",
        "streams.standbys,3", "clickhouse.url,http://user:password@clickhouse:8123", "podDisruptionBudget.maxUnavailable,0",
        "sink.keda.kafkaMetadata.password,hunter2", "unheardOf,1"})
    void render_valueThatCannotBe_isRefused(String path, String value) {
        Object typed = value != null && value.matches("\\d+") && !path.startsWith("settings") ? Integer.valueOf(value) : value;

        RuntimeException refusal = assertThrows(RuntimeException.class,
                () -> Chart.render(Collections.singletonMap(path, typed)));

        String last = path.substring(path.lastIndexOf('.') + 1);
        assertTrue(String.valueOf(refusal.getMessage()).contains(last), () -> "says not what: " + refusal.getMessage());
    }

    @Test
    void render_numbersThatYamlWouldRound_areWritten() {
        Manifests manifests = Chart.render(Map.of("sink.keda.lagThreshold", 25_000_000));

        assertEquals("25000000", manifests.one("ScaledObject", Chart.RELEASE + "-fanfinity-analytics-sink")
                .at("/spec/triggers/0/metadata/lagThreshold").asText());
    }

    /// They are read from there (by a link in the chart), but for those of Prometheus itself.
    @Test
    void rules_areThoseOfThePrometheusDirectory() throws IOException {
        String base = "https://example.com/blob/main/";
        Manifests manifests = Chart.render(Map.of("monitoring.rules.enabled", true, "monitoring.rules.runbookBase", base));

        Map<String, JsonNode> made = manifests.ofKind("PrometheusRule").collect(Collectors.toMap(
                rule -> Manifests.nameOf(rule).replace(Chart.RELEASE + "-fanfinity-analytics-", ""), rule -> rule.path("spec")));

        try (Stream<Path> files = Files.list(ProjectDir.find().resolve("ops/prometheus/rules"))) {
            Map<String, JsonNode> written = files.filter(file -> !file.endsWith("monitoring.yml"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString().replace(".yml", ""), file -> read(file, base)));
            assertEquals(written, made);
        }
    }

    private static JsonNode read(Path file, String base) {
        try {
            return Manifests.read(Files.readString(file).replace("runbook_url: RUNBOOK", "runbook_url: " + base + "RUNBOOK")).all()
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
