package com.fanfinity.analytics.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// A dashboard of `ops/grafana/dashboards`.
///
/// @param file its name without `.json`
record Dashboard(String file, JsonNode json) {

    static final Path DIRECTORY = ProjectDir.find().resolve("ops/grafana/dashboards");

    /// A query of a dashboard.
    ///
    /// @param where dashboard and panel, for messages
    /// @param text PromQL or SQL, with variables
    /// @param legend the name of a series, with `{{label}}`
    /// @param instant whether the query is for one moment only
    record Question(String where, String text, String legend, boolean instant) {}

    static List<Dashboard> all() throws IOException {
        List<Dashboard> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                String name = String.valueOf(file.getFileName()).replace(".json", "");
                all.add(new Dashboard(name, new ObjectMapper().readTree(file.toFile())));
            }
        }
        return all;
    }

    String uid() {
        return json.path("uid").asText();
    }

    /// The panels without the headings of rows.
    List<JsonNode> panels() {
        return stream(json.path("panels")).filter(panel -> !panel.path("type").asText().equals("row")).toList();
    }

    List<JsonNode> variables() {
        return stream(json.path("templating").path("list")).toList();
    }

    String where(JsonNode panel) {
        return file + " / " + panel.path("title").asText();
    }

    /// The PromQL queries of the panels.
    List<Question> promQl() {
        return targets("expr");
    }

    /// The SQL queries of the panels.
    List<Question> sql() {
        return targets("rawSql");
    }

    /// The PromQL queries of the annotations.
    List<Question> annotations() {
        return stream(json.path("annotations").path("list")).filter(it -> it.has("expr"))
                .map(it -> new Question(file + " / annotation " + it.path("name").asText(), it.path("expr").asText(),
                        "", false))
                .toList();
    }

    private List<Question> targets(String member) {
        return panels().stream().flatMap(panel -> stream(panel.path("targets")).filter(target -> target.has(member))
                .map(target -> new Question(where(panel), target.path(member).asText(),
                        target.path("legendFormat").asText(""),
                        target.path("instant").asBoolean(false))))
                .toList();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
