package com.fanfinity.analytics.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.monitoring.Dashboard.Question;
import com.fanfinity.analytics.monitoring.MetricNames.Served;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.PrometheusServer;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// Runs every query of the dashboards, rules and alerts on a real Prometheus and a real ClickHouse, with a service
/// under load.
@Tag("endurance")
class DashboardsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String JOB = "fanfinity";
    private static final Path RULES = ProjectDir.find().resolve("ops/prometheus/rules");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");
    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern MACRO = Pattern.compile("\\$__timeFilter\\((\\w+)\\)");

    private static Stack stack;
    private static PrometheusServer prometheus;
    private static PrometheusApi api;
    private static ApiClient clickHouse;
    private static MixedLoad load;
    private static List<Dashboard> dashboards;
    private static Map<String, Served> names;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        dashboards = Dashboard.all();
        names = MetricNames.known();
        stack = Stack.start("dashboards", Map.of("LEDGER_INTERVAL", "2s", "KAFKA_PARTITIONS", Stack.FEW));
        clickHouse = stack.client();
        load = new MixedLoad(stack);
        Path directory = stack.directory().resolve("prometheus");
        copyRules(directory);
        prometheus = PrometheusServer.start(directory, Ports.free(), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: [rules/*.yml]
                scrape_configs:
                  - job_name: %s
                    static_configs: [{targets: ['%s']}]
                """.formatted(JOB, URI.create(stack.service().url()).getAuthority()));
        api = new PrometheusApi(prometheus.url());
    }

    @AfterAll
    static void stop() {
        Stream.<AutoCloseable>of(load, clickHouse, api, prometheus, stack).forEach(it -> {
            try {
                it.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// The shipped rules, with a short interval so that they are evaluated at once.
    private static void copyRules(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("rules"));
        for (Path rules : rules()) {
            Files.writeString(directory.resolve("rules").resolve(rules.getFileName()),
                    Files.readString(rules).replaceAll("(?m)^(\\s*interval:).*$", "$1 1s"));
        }
    }

    private static List<Path> rules() throws IOException {
        if (!Files.isDirectory(RULES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(RULES)) {
            return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        }
    }

    private interface Asking {
        /// @return the fault of the answer; empty if there is none
        String fault(Question question) throws IOException, InterruptedException;
    }

    /// Repeats all queries, under load, until each has its answer.
    private static void assertAnswered(List<Question> questions, Asking asking)
            throws IOException, InterruptedException {
        assertFalse(questions.isEmpty(), "there are questions");
        Map<Question, String> open = new LinkedHashMap<>();
        questions.forEach(question -> open.put(question, "not asked"));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            for (int i = 0; i < 10; i++) {
                load.step();
            }
            for (Question question : List.copyOf(open.keySet())) {
                String fault = asking.fault(question);
                if (fault.isEmpty()) {
                    open.remove(question);
                } else {
                    open.put(question, fault);
                }
            }
        }
        assertEquals("",
                open.entrySet().stream()
                        .map(it -> it.getKey().where() + ": " + it.getValue() + ": " + it.getKey().text())
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void panelsPromQl_allOfThem_returnsData() throws IOException, InterruptedException {
        assertAnswered(dashboards.stream().flatMap(it -> it.promQl().stream()).toList(), question -> {
            var answer = question.instant() ? api.now(promQl(question)) : api.lately(promQl(question));
            if (answer.series().isEmpty()) {
                return answer.error() + " no data";
            }
            // A series without labels is the 0 of an event that has not happened.
            Set<String> labels = answer.series().stream().flatMap(it -> it.keySet().stream())
                    .collect(Collectors.toSet());
            return labels.isEmpty()
                    ? ""
                    : LEGEND_LABEL.matcher(question.legend()).results().map(it -> it.group(1))
                            .filter(label -> !labels.contains(label)).map(label -> "no label " + label)
                            .collect(Collectors.joining());
        });
    }

    @Test
    void panelsSql_allOfIt_returnsData() throws IOException, InterruptedException {
        assertAnswered(dashboards.stream().flatMap(it -> it.sql().stream()).toList(), question -> {
            try {
                return clickHouse.rows(sql(question.text())).isEmpty() ? "no rows" : "";
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        });
    }

    @Test
    void annotations_areUnderstood_andRestartsReturnData() throws IOException, InterruptedException {
        assertAnswered(dashboards.stream().flatMap(it -> it.annotations().stream()).toList(), question -> {
            var answer = api.lately(promQl(question));
            return answer.error()
                    + (question.where().endsWith("Restarts") && answer.series().isEmpty() ? "no data" : "");
        });
    }

    @Test
    void variables_haveValues() throws IOException, InterruptedException {
        List<Question> questions = dashboards.stream().flatMap(dashboard -> dashboard.variables().stream()
                .filter(it -> it.path("type").asText().equals("query"))
                .map(it -> new Question(dashboard.file() + " $" + it.path("name").asText(), query(it), "", true)))
                .toList();
        assertAnswered(questions, question -> {
            var labels = LABEL_VALUES.matcher(question.text().replace("$job", JOB));
            Set<String> values = labels.matches()
                    ? api.labelValues(labels.group(2), labels.group(1))
                    : Set.copyOf(clickHouse.rows(sql(question.text())));
            String wanted = question.where().endsWith("$job") ? JOB : "";
            return values.isEmpty() || (!wanted.isEmpty() && !values.contains(wanted)) ? "values are " + values : "";
        });
    }

    @Test
    void rules_areUnderstood_andRecordingOnesReturnData() throws IOException, InterruptedException {
        if (rules().isEmpty()) {
            return;
        }
        List<Question> rules = Dashboard.stream(api.rules()).flatMap(group -> Dashboard.stream(group.path("rules")))
                .map(rule -> new Question(rule.path("type").asText() + " " + rule.path("name").asText(),
                        rule.path("type").asText().equals("recording")
                                ? rule.path("name").asText()
                                : rule.path("query").asText(),
                        "",
                        true))
                .toList();
        assertAnswered(rules, rule -> {
            var answer = api.now(rule.text());
            return answer.error()
                    + (rule.where().startsWith("recording") && answer.series().isEmpty() ? "no data" : "");
        });
    }

    /// The list of metric names that unit tests use must match the real metrics. `-Dupdate.metrics=true` writes it.
    @Test
    void names_areThoseServed() throws IOException, InterruptedException {
        Set<String> always = names.keySet().stream().filter(name -> names.get(name) == Served.ALWAYS)
                .collect(Collectors.toSet());
        if (Boolean.getBoolean("update.metrics")) {
            Set<String> served = api.labelValues("__name__", "{job=\"" + JOB + "\"}");
            served.removeIf(name -> name.startsWith("scrape_") || name.startsWith("ALERTS"));
            MetricNames.write(served);
            return;
        }
        List<Question> all = List.of(new Question("names", "missing", "", true));
        assertAnswered(all, _ -> {
            Set<String> served = api.labelValues("__name__", "");
            Set<String> missing = new TreeSet<>(always);
            missing.removeAll(served);
            return missing.isEmpty() ? "" : "not served: " + missing;
        });
    }

    private static String query(JsonNode variable) {
        JsonNode query = variable.path("query");
        return query.isTextual() ? query.asText() : query.path("query").asText();
    }

    private static String promQl(Question question) {
        return complete(
                question.text().replace("$__rate_interval", "10s").replace("$__range", "1m").replace("$instance", ".*")
                        .replace("$job", JOB));
    }

    /// Expands the variables like Grafana and its ClickHouse plugin, for the last three hours.
    private static String sql(String text) {
        long now = Instant.now().getEpochSecond();
        return complete(MACRO.matcher(text)
                .replaceAll((MatchResult it) -> "%s >= toDateTime(%d) AND %s <= toDateTime(%d)"
                        .formatted(it.group(1), now - 10_800, it.group(1), now))
                .replace("${database}", "fanfinity")
                .replace("${match:sqlstring}", "'" + MixedLoad.MATCH + "'"));
    }

    private static String complete(String text) {
        assertFalse(Pattern.compile("\\$[^0-9]").matcher(text).find(), "a variable is left in " + text);
        return text;
    }
}
