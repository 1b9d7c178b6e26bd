package com.fanfinity.analytics.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.LibraryMeters;
import com.fanfinity.analytics.metrics.MeterBook;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Markdown;

/// Alerts use existing metrics, link to the runbook, and have a test for firing and one for staying silent.
class AlertRulesTest {

    private static final Set<String> GROUPS = Set.of("service", "slo", "ingest", "streams", "sink", "clickhouse",
            "kafka", "ledger",
            "jvm-and-resources", "live", "business", "monitoring");

    private static String name(JsonNode alert) {
        return alert.path("alert").asText();
    }

    private static Set<String> names(Predicate<JsonNode> which) {
        return AlertRules.alerts().stream().filter(which).map(AlertRulesTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void rules_everyMetric_exists() {
        Set<String> known = new HashSet<>();
        for (MeterBook.Entry entry : new Meters(new SimpleMeterRegistry()).entries()) {
            known.addAll(series(entry.scrapedName(), entry.type().prometheusName()));
        }
        LibraryMeters.USED
                .forEach(meter -> known
                        .addAll(series(meter.name(), meter.name().endsWith("pause_seconds") ? "summary" : "gauge")));
        AlertRules.all().forEach(rule -> known.add(rule.path("record").asText()));

        Set<String> unknown = new TreeSet<>();
        AlertRules.all()
                .forEach(rule -> AlertRules.metrics(rule.path("expr").asText()).stream()
                        .filter(metric -> !known.contains(metric))
                        .forEach(metric -> unknown
                                .add(rule.path("alert").asText(rule.path("record").asText()) + ": " + metric)));

        assertEquals(Set.of(), unknown);
    }

    private static Set<String> series(String name, String type) {
        return switch (type) {
            case "histogram" -> Set.of(name + "_bucket", name + "_count", name + "_sum", name + "_max");
            case "summary" -> Set.of(name + "_count", name + "_sum", name + "_max");
            default -> Set.of(name);
        };
    }

    @Test
    void libraryMeters_listed_areUsed() {
        Set<String> used = AlertRules.all().stream()
                .flatMap(rule -> AlertRules.metrics(rule.path("expr").asText()).stream())
                .map(metric -> metric.replaceFirst("(?<=pause_seconds)_(sum|max|count)$", ""))
                .collect(Collectors.toSet());

        assertEquals(List.of(),
                LibraryMeters.USED.stream().map(LibraryMeters.Library::name).filter(meter -> !used.contains(meter))
                        .toList());
    }

    @Test
    void alerts_groups_areTheKnownOnesAndNoAlertIsThereTwice() {
        Set<String> groups = AlertRules.files("rules").stream().filter(file -> !file.endsWith("recording.yml"))
                .flatMap(file -> AlertRules.nodes(AlertRules.read(file).path("groups")))
                .map(group -> group.path("name").asText())
                .collect(Collectors.toSet());

        assertEquals(GROUPS, groups);
        assertEquals(AlertRules.alerts().size(), names(_ -> true).size());
    }

    @Test
    void alerts_all_haveSeverityMeaningAndRunbookLink() {
        assertEquals(Set.of(), names(
                alert -> !Set.of("critical", "warning").contains(alert.path("labels").path("severity").asText())));
        assertEquals(Set.of(), names(alert -> alert.path("annotations").path("summary").asText().isBlank()));
        assertEquals(Set.of(), names(alert -> alert.path("annotations").path("description").asText().isBlank()));
        assertEquals(Set.of(), names(alert -> !alert.path("annotations").path("runbook_url").asText()
                .equals("RUNBOOK.md#" + name(alert).toLowerCase(Locale.ROOT))));
    }

    /// Alerts whose condition is only presence or equality with 0 have no useful value.
    @Test
    void alerts_withAThreshold_reportTheValue() {
        Pattern noNumber = Pattern.compile("== 0|absent\\(|status\"?.*\\} < 1|predict_linear");

        assertEquals(Set.of(), names(alert -> !noNumber.matcher(alert.path("expr").asText()).find()
                && !alert.path("annotations").path("summary").asText().contains("$value")));
    }

    @Test
    void runbook_everyAlert_hasAnAnchorInAnIncidentWithItsFourParts() throws IOException {
        List<String> incidents = incidents();

        assertEquals(Set.of(), names(alert -> incidents.stream().noneMatch(
                incident -> incident.contains("<a id=\"" + name(alert).toLowerCase(Locale.ROOT) + "\"></a>"))));
        for (String incident : incidents) {
            for (String part : List.of("- **Means:**", "- **Look:**", "- **Do:**", "- **Over when:**")) {
                assertTrue(incident.contains("\n" + part),
                        () -> part + " in " + incident.lines().findFirst().orElse(""));
            }
        }
    }

    private static List<String> incidents() throws IOException {
        return Stream.of(runbook().split("\n### ", -1)).skip(1).toList();
    }

    private static String runbook() throws IOException {
        return Files.readString(ProjectDir.find().resolve("RUNBOOK.md"));
    }

    @Test
    void runbook_everyAnchor_belongsToAnAlertOnce() throws IOException {
        List<String> anchors = Pattern.compile("<a id=\"(.*?)\"></a>").matcher(runbook()).results()
                .map(match -> match.group(1)).sorted()
                .toList();

        assertEquals(AlertRules.alerts().stream().map(alert -> name(alert).toLowerCase(Locale.ROOT)).sorted().toList(),
                anchors);
    }

    /// The index names each alert under its severity, and links its incident.
    @Test
    void runbook_index_namesEveryAlertUnderItsSeverity() throws IOException {
        Map<String, String> severities = new TreeMap<>();
        List<String[]> rows = runbook().lines().filter(line -> line.startsWith("| ") && line.contains("](#"))
                .map(line -> line.split("\\|", -1))
                .toList();
        for (String[] row : rows) {
            String incident = row[4].strip();
            String title = incident.substring(1, incident.indexOf(']'));
            String section = incidents().stream().filter(it -> it.startsWith(title + "\n")).findFirst().orElse("");
            for (int column : new int[]{2, 3}) {
                for (String alert : Stream.of(row[column].split(",", -1)).map(String::strip).filter(it -> !it.isEmpty())
                        .toList()) {
                    severities.put(alert, column == 2 ? "critical" : "warning");
                    assertTrue(section.contains("<a id=\"" + alert.toLowerCase(Locale.ROOT) + "\">"),
                            () -> alert + " is not in " + title);
                }
            }
        }

        Map<String, String> expected = new TreeMap<>();
        AlertRules.alerts().forEach(alert -> expected.put(name(alert), alert.path("labels").path("severity").asText()));
        assertEquals(expected, severities);
    }

    @Test
    void runbook_everyLinkWithinIt_leadsToAHeading() throws IOException {
        Set<String> anchors = Markdown.anchors(runbook());

        List<String> dead = Pattern.compile("\\]\\(#([^)]*)\\)").matcher(runbook()).results().map(link -> link.group(1))
                .filter(anchor -> !anchors.contains(anchor)).toList();

        assertEquals(List.of(), dead);
    }

    @Test
    void runbook_commands_areInCodeBlocksAndTheWholeIsShort() throws IOException {
        List<String> rows = runbook().lines().filter(line -> line.startsWith("|")).toList();

        assertTrue(rows.stream().noneMatch(row -> row.matches(".*(curl |kafka-\\w+\\.sh|SELECT |grep ).*")),
                "a command in a table");
        assertTrue(runbook().lines().count() <= 660, "over 660 lines");
    }

    @Test
    void alerts_all_haveACaseForFiringAndOneForStayingSilent() {
        Set<String> fires = new HashSet<>();
        Set<String> silent = new HashSet<>();
        for (JsonNode test : AlertRules.cases()) {
            assertTrue(!test.path("input_series").isEmpty(), test.path("name").asText() + " has no input");
            test.path("alert_rule_test").forEach(expected -> (expected.path("exp_alerts").isEmpty() ? silent : fires)
                    .add(expected.path("alertname").asText()));
        }

        assertEquals(Set.of(), names(alert -> !fires.contains(name(alert))), "never fires in a test");
        assertEquals(Set.of(), names(alert -> !silent.contains(name(alert))), "never silent in a test");
    }

    /// A test case without the metrics of the alert would prove nothing.
    @Test
    void cases_ofSilence_haveTheMetricsOfTheAlert() {
        for (JsonNode test : AlertRules.cases()) {
            Set<String> given = AlertRules.nodes(test.path("input_series"))
                    .map(series -> series.path("series").asText().replaceFirst("\\{.*", ""))
                    .collect(Collectors.toSet());
            test.path("alert_rule_test").forEach(expected -> {
                JsonNode alert = AlertRules.alerts().stream()
                        .filter(rule -> name(rule).equals(expected.path("alertname").asText()))
                        .findFirst().orElseThrow();
                assertTrue(raw(alert.path("expr").asText()).stream().anyMatch(given::contains),
                        () -> test.path("name").asText() + " has none of the metrics");
            });
        }
    }

    /// The metrics of an expression, including those of its recording rules.
    private static Set<String> raw(String expression) {
        Set<String> found = new TreeSet<>();
        for (String metric : AlertRules.metrics(expression)) {
            AlertRules.all().stream().filter(rule -> rule.path("record").asText().equals(metric)).findFirst()
                    .ifPresentOrElse(rule -> found.addAll(raw(rule.path("expr").asText())), () -> found.add(metric));
        }
        return found;
    }

    @Test
    void inhibition_everyMatcherOfAnAlertsName_matchesOne() {
        JsonNode alertmanager = AlertRules.read(ProjectDir.find().resolve("ops/alertmanager/alertmanager.yml"));
        Pattern matcher = Pattern.compile("alertname=~?\"(.*)\"");
        Set<String> alerts = names(_ -> true);

        List<String> dead = AlertRules.nodes(alertmanager.path("inhibit_rules"))
                .flatMap(rule -> AlertRules.nodes(rule.path("source_matchers")).map(JsonNode::asText).toList().isEmpty()
                        ? null
                        : Stream.concat(AlertRules.nodes(rule.path("source_matchers")),
                                AlertRules.nodes(rule.path("target_matchers"))))
                .map(JsonNode::asText).flatMap(text -> matcher.matcher(text).results().map(match -> match.group(1)))
                .flatMap(pattern -> alternatives(pattern).stream())
                .filter(pattern -> alerts.stream().noneMatch(alert -> alert.matches(pattern))).toList();

        assertEquals(List.of(), dead);
    }

    /// `A|B(x|y)|C` → `A`, `B(x|y)`, `C`.
    private static List<String> alternatives(String pattern) {
        return List.of(pattern.split("\\|(?![^(]*\\))"));
    }

    @Test
    void metrics_ofAnExpression_areFoundWhereverTheyStand() {
        assertEquals(Set.of("a", "b:c", "d_total", "e"),
                AlertRules.metrics(
                        "sum by (x, y) (rate(a{b=\"c or d\"}[5m])) > 0.5 * b:c and on (z) d_total unless e "
                                + "offset 10m == 0"));
    }
}
