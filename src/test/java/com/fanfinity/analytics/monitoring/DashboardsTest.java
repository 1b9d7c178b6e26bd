package com.fanfinity.analytics.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.monitoring.Dashboard.Question;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Markdown;

/// Checks of the dashboards that need no running stack.
class DashboardsTest {

    /// The units of Grafana that the dashboards use. Grafana shows a misspelt unit as text after the number.
    private static final Set<String> UNITS = Set.of("Bps", "bytes", "cps", "dateTimeAsIso", "dateTimeFromNow", "eps",
            "ms", "none", "ops",
            "percentunit", "recps", "reqps", "rowsps", "rps", "s", "short");
    private static final Set<String> BUILT_IN = Set.of("__all", "__rate_interval", "__range", "__url_time_range",
            "__value",
            "__timeFilter");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)");
    private static final int COLUMNS = 24;

    private static List<Dashboard> dashboards;

    @BeforeAll
    static void read() throws IOException {
        dashboards = Dashboard.all();
    }

    @Test
    void dashboards_areTheSix() {
        assertEquals(List.of("jvm", "kafka", "matchday", "overview", "pipeline", "sink"),
                dashboards.stream().map(Dashboard::file).toList());
    }

    @Test
    void uidsTitlesAndPanelIds_areUnique() {
        dashboards.forEach(dashboard -> assertEquals("fanfinity-" + dashboard.file(), dashboard.uid()));
        assertNoneTwice(dashboards.stream().map(dashboard -> dashboard.json().path("title").asText()));
        dashboards.forEach(dashboard -> assertNoneTwice(Dashboard.stream(dashboard.json().path("panels"))
                .map(panel -> dashboard.file() + " " + panel.path("id").asInt())));
    }

    @Test
    void keys_areSorted() {
        Set<String> faults = new TreeSet<>();
        dashboards.forEach(dashboard -> unsorted(dashboard.json(), dashboard.file(), faults));
        assertEquals(Set.of(), faults);
    }

    @Test
    void panels_haveTitleDescriptionUnitAndThresholds() {
        assertNoFault((dashboard, panel) -> {
            List<String> faults = new ArrayList<>();
            JsonNode defaults = panel.path("fieldConfig").path("defaults");
            if (panel.path("title").asText().isBlank() || panel.path("description").asText().length() < 10) {
                faults.add("no title or description");
            }
            List<JsonNode> units = new ArrayList<>(List.of(defaults.path("unit")));
            panel.path("fieldConfig").path("overrides").findParents("id").stream()
                    .filter(it -> it.path("id").asText().equals("unit"))
                    .forEach(it -> units.add(it.path("value")));
            units.stream().filter(unit -> !UNITS.contains(unit.asText())).forEach(unit -> faults.add("unit " + unit));
            JsonNode steps = defaults.path("thresholds").path("steps");
            double last = Double.NEGATIVE_INFINITY;
            for (JsonNode step : steps) {
                double value = step.path("value").asDouble(Double.NEGATIVE_INFINITY);
                if (!step.equals(steps.get(0)) && value <= last) {
                    faults.add("thresholds do not rise");
                }
                last = value;
            }
            return steps.isEmpty() ? Stream.of("no thresholds") : faults.stream();
        });
    }

    @Test
    void targets_nameADatasourceVariable() {
        Map<String, String> types = Map.of("${datasource}", "prometheus", "${clickhouse}",
                "grafana-clickhouse-datasource");
        assertNoFault((_, panel) -> Stream.concat(Stream.of(panel), Dashboard.stream(panel.path("targets")))
                .map(it -> it.path("datasource"))
                .filter(it -> !it.path("type").asText().equals(types.get(it.path("uid").asText())))
                .map(it -> "datasource " + it));
        assertNoFault((_, panel) -> panel.path("targets").isEmpty() ? Stream.of("asks nothing") : Stream.empty());
    }

    @Test
    void variables_areDeclared() {
        Set<String> faults = new TreeSet<>();
        for (Dashboard dashboard : dashboards) {
            Set<String> declared = dashboard.variables().stream().map(it -> it.path("name").asText())
                    .collect(Collectors.toSet());
            assertEquals(Set.of(), missing(Set.of("datasource", "job", "instance", "runbook"), declared),
                    dashboard.file());
            VARIABLE.matcher(dashboard.json().toString()).results().map(it -> it.group(1))
                    .filter(name -> !declared.contains(name) && !BUILT_IN.contains(name))
                    .forEach(name -> faults.add(dashboard.file() + " $" + name));
        }
        assertEquals(Set.of(), faults);
    }

    @Test
    void promQl_isOfTheChosenInstances() {
        assertEquals(List.of(), dashboards.stream().flatMap(it -> it.promQl().stream())
                .filter(it -> MetricNames.in(it.text()).size() > count(it.text(),
                        "job=\"$job\",instance=~\"$instance\""))
                .map(Question::where).toList());
    }

    @Test
    void promQl_namesKnownMetrics() throws IOException {
        Set<String> known = MetricNames.known().keySet();
        assertEquals(List.of(), dashboards.stream()
                .flatMap(it -> Stream.concat(it.promQl().stream(), it.annotations().stream()))
                .filter(it -> !known.containsAll(MetricNames.in(it.text())) || MetricNames.in(it.text()).isEmpty())
                .map(it -> it.where() + " asks for " + missing(MetricNames.in(it.text()), known)).toList());
    }

    @Test
    void places_doNotOverlap() {
        Set<String> faults = new TreeSet<>();
        for (Dashboard dashboard : dashboards) {
            Set<String> taken = new HashSet<>();
            for (JsonNode panel : dashboard.json().path("panels")) {
                JsonNode place = panel.path("gridPos");
                for (int x = place.path("x").asInt(); x < place.path("x").asInt() + place.path("w").asInt(); x++) {
                    for (int y = place.path("y").asInt(); y < place.path("y").asInt() + place.path("h").asInt(); y++) {
                        if (x >= COLUMNS || !taken.add(x + "," + y)) {
                            faults.add(dashboard.where(panel));
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), faults);
    }

    @Test
    void links_leadSomewhere() throws IOException {
        Set<String> uids = dashboards.stream().map(Dashboard::uid).collect(Collectors.toSet());
        Set<String> anchors = Markdown.anchors(Files.readString(ProjectDir.find().resolve("RUNBOOK.md")));
        Set<String> faults = new TreeSet<>();
        int links = 0;
        for (Dashboard dashboard : dashboards) {
            for (String url : dashboard.json().findValuesAsText("url").stream().filter(it -> !it.isEmpty()).toList()) {
                boolean toDashboard = url.startsWith("/d/") && uids.contains(url.substring(3).split("\\?", 2)[0]);
                boolean toRunbook = url.equals("${runbook}")
                        || (url.startsWith("${runbook}#") && anchors.contains(url.substring(11)));
                if (!toDashboard && !toRunbook) {
                    faults.add(dashboard.file() + " " + url);
                }
                links++;
            }
            assertEquals("fanfinity", dashboard.json().path("tags").path(0).asText(),
                    "the links between dashboards go by this tag");
        }
        assertEquals(Set.of(), faults);
        assertFalse(links < 30, "links were found");
    }

    @Test
    void restarts_areMarked() {
        dashboards.forEach(dashboard -> assertEquals(List.of("Restarts", "Threads replaced", "Alerts"),
                dashboard.annotations().stream().map(it -> it.where().replaceFirst(".*annotation ", "")).toList(),
                dashboard.file()));
    }

    private interface Check {
        Stream<String> faults(Dashboard dashboard, JsonNode panel);
    }

    private static void assertNoFault(Check check) {
        assertEquals(List.of(), dashboards.stream().flatMap(dashboard -> dashboard.panels().stream()
                .flatMap(panel -> check.faults(dashboard, panel).map(fault -> dashboard.where(panel) + ": " + fault)))
                .toList());
    }

    private static void assertNoneTwice(Stream<String> values) {
        Set<String> seen = new HashSet<>();
        assertEquals(List.of(), values.filter(value -> !seen.add(value)).toList());
    }

    private static void unsorted(JsonNode node, String path, Set<String> faults) {
        String last = "";
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (member.getKey().compareTo(last) < 0) {
                faults.add(path + "/" + member.getKey());
            }
            last = member.getKey();
        }
        for (JsonNode child : node) {
            unsorted(child, path, faults);
        }
    }

    private static Set<String> missing(Set<String> wanted, Set<String> there) {
        return wanted.stream().filter(it -> !there.contains(it)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static long count(String text, String part) {
        return Pattern.compile(part, Pattern.LITERAL).matcher(text).results().map(MatchResult::group).count();
    }
}
