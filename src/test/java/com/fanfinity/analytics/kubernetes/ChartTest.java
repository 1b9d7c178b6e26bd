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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.config.AddressRange;
import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Lints the chart, checks that it rejects invalid values, and checks the manifests of the defaults.
class ChartTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void lintStrict_chart_hasNoFaults() {
        LintResult result = Chart.lint(Chart.DIRECTORY);

        assertFalse(result.isFailed(), () -> result.getMessages().toString());
        assertEquals(List.of(),
                result.getMessages().stream().filter(message -> !message.startsWith("[INFO]")).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "templates/ingest.yaml | .Values.ingest.replicas | .Values.ingest.replica.count",
        "templates/live.yaml | {{- end }} | ",
        "values.yaml | preStopSeconds: 8 | preStopSecond: 8",
        "values.yaml | standbys: 1 | standbys: 3",
        "Chart.yaml | version: 0.1.0 | version: one"})
    void lintStrict_fault_isReported(String file, String good, String bad) throws IOException {
        Path chart = Chart.copy(folder.resolve("chart"));
        String text = Files.readString(chart.resolve(file));
        assertTrue(text.contains(good), good);
        Files.writeString(chart.resolve(file),
                text.replace(good, bad == null ? "" : bad).replace("if not .Values.ingest.a", "if .Values.ingest.a"));

        assertTrue(Chart.lint(chart).isFailed());
    }

    @ParameterizedTest
    @CsvSource({"image.tag,latest", "ingest.replica,2", "ingest.replicas,0", "sink.keda.minReplicas,0",
        "secrets.source,inline",
        "secrets.keys.internalSecret,''", "settings.INTERNAL_SECRET,0123456789abcdef", "settings.ROLES,sink",
        "live.resources.limits.cpu,",
        "streams.standbys,3", "clickhouse.url,http://user:password@clickhouse:8123",
        "podDisruptionBudget.maxUnavailable,0",
        "sink.keda.kafkaMetadata.password,hunter2", "unheardOf,1", "backup.schedule,daily", "backup.user,0",
        "backup.retention.days,0",
        "backup.to,'Disk(''backups'', ''always'')'", "backup.to,'S3(''https://bucket/{name}'', ''key'', ''secret'')'",
        "backup.image.tag,latest",
        "settings.TRUSTED_PROXIES,10.0.0.0/8", "trustedProxies,10.0.0.0/8",
        "tracing.ratio,2", "tracing.endpoint,jaeger:4318", "settings.OTEL_TRACES_SAMPLER_ARG,1"})
    void render_invalidValue_isRejected(String path, String value) {
        Object typed = value != null && value.matches("\\d+") && !path.startsWith("settings")
                ? Integer.valueOf(value)
                : value;

        RuntimeException refusal = assertThrows(RuntimeException.class,
                () -> Chart.render(Collections.singletonMap(path, typed)));

        String last = path.substring(path.lastIndexOf('.') + 1);
        assertTrue(String.valueOf(refusal.getMessage()).contains(last),
                () -> "does not name the value: " + refusal.getMessage());
    }

    @Test
    void render_largeNumbers_areNotRounded() {
        Manifests manifests = Chart.render(Map.of("sink.keda.lagThreshold", 25_000_000));

        assertEquals("25000000", manifests.one("ScaledObject", Chart.RELEASE + "-fanfinity-analytics-sink")
                .at("/spec/triggers/0/metadata/lagThreshold").asText());
    }

    /// The chart links to the rules, and excludes those of Prometheus itself.
    @Test
    void rules_equalThePrometheusDirectory() throws IOException {
        String base = "https://example.com/blob/main/";
        Manifests manifests = Chart
                .render(Map.of("monitoring.rules.enabled", true, "monitoring.rules.runbookBase", base));

        Map<String, JsonNode> made = manifests.ofKind("PrometheusRule").collect(Collectors.toMap(
                rule -> Manifests.nameOf(rule).replace(Chart.RELEASE + "-fanfinity-analytics-", ""),
                rule -> rule.path("spec")));

        try (Stream<Path> files = Files.list(ProjectDir.find().resolve("ops/prometheus/rules"))) {
            Map<String, JsonNode> written = files.filter(file -> !file.endsWith("monitoring.yml"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString().replace(".yml", ""),
                            file -> read(file, base)));
            assertEquals(written, made);
        }
    }

    /// The chart also links to the scripts.
    @Test
    void backup_scripts_equalTheClickHouseDirectory() throws IOException {
        Map<String, String> made = Manifests.strings(Chart.render(Map.of("backup.enabled", true))
                .one("ConfigMap", Chart.RELEASE + "-fanfinity-analytics-backup-scripts").path("data"));

        assertTrue(made.containsKey("scheduled.sh"), made::toString);
        for (Map.Entry<String, String> script : made.entrySet()) {
            String written = Files.readString(ProjectDir.find().resolve("ops/clickhouse").resolve(script.getKey()));
            assertEquals(written, script.getValue());
            Pattern.compile("\\$here/([\\w.]+)\"").matcher(written).results().map(used -> used.group(1))
                    .filter(used -> !used.endsWith(".sql")).forEach(used -> assertTrue(made.containsKey(used), used));
        }
    }

    /// The exit code means that the backup exists, so Kubernetes must not retry the job.
    @Test
    void backup_oldBackupNotDeleted_isNotRetried() throws IOException {
        String code = Pattern.compile("(?m)^not_deleted=(\\d+)$")
                .matcher(Files.readString(ProjectDir.find().resolve("ops/clickhouse/scheduled.sh"))).results()
                .map(found -> found.group(1)).findFirst().orElseThrow();

        JsonNode rule = Chart.render(Map.of("backup.enabled", true))
                .one("CronJob", Chart.RELEASE + "-fanfinity-analytics-backup")
                .at("/spec/jobTemplate/spec/podFailurePolicy/rules/0");

        assertEquals("FailJob", rule.path("action").asText());
        assertEquals("[" + code + "]", rule.at("/onExitCodes/values").toString());
    }

    /// The default user cannot delete files that ClickHouse wrote.
    @Test
    void backup_userThatCannotDelete_isRejected() {
        Map<String, Object> values = Map.of("backup.enabled", true, "backup.retention.claim", "backups");

        RuntimeException refusal = assertThrows(RuntimeException.class, () -> Chart.render(values));

        assertTrue(String.valueOf(refusal.getMessage()).contains("backup.user must be ClickHouse's user"),
                refusal::toString);
    }

    /// `helm template` does not print the notes, so a copy of the chart has them in an object.
    private String notes(Map<String, ?> values) throws IOException {
        Path chart = Chart.copy(Files.createTempDirectory(folder, "notes").resolve("chart"));
        Files.writeString(chart.resolve("templates/notes.yaml"), """
                {{- define "test.notes" }}%s{{ end }}
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: notes
                data:
                  text: {{ include "test.notes" . | quote }}
                """.formatted(Files.readString(chart.resolve("templates/NOTES.txt"))));
        return Chart.render(chart, Chart.RELEASE, values).one("ConfigMap", "notes").at("/data/text").asText();
    }

    @Test
    void notes_stateKeysTlsAndPorts() throws IOException {
        String usual = notes(Map.of());
        assertTrue(usual.contains("bin/key new ID --scopes ingest") && usual.contains("api-keys")
                && usual.contains("TLS must end at a proxy")
                && usual.contains("port-forward service/match-day-fanfinity-analytics-ingest 8082:8082"), usual);
        assertFalse(usual.contains("All clients count as one address"), usual);

        assertTrue(notes(Map.of("secrets.keys.apiKeys", "")).contains("Every write is refused"));
        assertTrue(notes(Map.of("settings.AUTH", "off", "settings.AUTH_OFF_EXPOSED", "yes")).contains("AUTH is off"));
        assertTrue(notes(Map.of("ingress.enabled", true)).contains("All clients count as one address"));
        String behindAProxy = notes(Map.of("ingress.enabled", true, "trustedProxies", List.of("10.42.0.0/16")));
        assertTrue(behindAProxy.contains("TLS ends at the Ingress controller")
                && !behindAProxy.contains("All clients count as one address"), behindAProxy);
    }

    @Test
    void trustedProxies_areTheSettingOfEveryRole() throws Exception {
        Manifests made = Chart.render(Map.of("trustedProxies", List.of("10.42.0.0/16", "fd00:42::/56")));

        for (JsonNode workload : made.servers().toList()) {
            Map<String, String> settings = made.environment(workload);
            settings.keySet().removeIf(name -> name.endsWith("_FILE"));
            assertEquals(List.of(AddressRange.parse("10.42.0.0/16"), AddressRange.parse("fd00:42::/56")),
                    SettingsLoader.load(settings).security().trustedProxies());
        }
        assertFalse(Chart.render(Map.of()).all().toString().contains("TRUSTED_PROXIES"));
    }

    /// `args` replaces all arguments of the image, so the chart must repeat them.
    @Test
    void tracing_on_putsTheAgentBeforeTheImagesArguments() throws IOException {
        String dockerfile = Files.readString(ProjectDir.find().resolve("docker/Dockerfile"));
        JsonNode pod = Manifests.podOf(Chart.render(Map.of("tracing.enabled", true, "tracing.ratio", 0.05))
                .one("Deployment", Chart.RELEASE + "-fanfinity-analytics-ingest"));
        List<String> arguments = Manifests.nodes(pod.at("/containers/0/args")).map(JsonNode::asText).toList();

        assertEquals("@/app/agent/on.options", arguments.getFirst());
        assertTrue(dockerfile.contains("\nCMD " + arguments.subList(1, arguments.size()).stream()
                .collect(Collectors.joining("\", \"", "[\"", "\"]")) + "\n"), arguments::toString);
        assertTrue(Chart.render(Map.of()).all().stream().noneMatch(manifest -> manifest.toString().contains("OTEL_")),
                "no tracing by default");
    }

    private static JsonNode read(Path file, String base) {
        try {
            return Manifests
                    .read(Files.readString(file).replace("runbook_url: RUNBOOK", "runbook_url: " + base + "RUNBOOK"))
                    .all()
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
