package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.Fault;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.event.WireName;
import com.fanfinity.analytics.metrics.Meters.ReplayResult;
import com.fanfinity.analytics.stack.process.ProjectDir;

/// `openapi.yaml` lists exactly the codes that the service uses.
class OpenApiCodesTest {

    /// The kind of problem, in the sources.
    private static final Pattern KIND = Pattern.compile("(?:\\bof|new Problem)\\(\\s*\\d{3},\\s*\"([a-z][a-z-]*)\"");

    private static JsonNode schema(String pointer) throws IOException {
        JsonNode found = new YAMLMapper().readTree(Resources.text("/openapi.yaml")).at("/components/schemas" + pointer);
        assertTrue(!found.isMissingNode(), pointer);
        return found;
    }

    private static Set<String> wireNames(Enum<?>[] values) {
        return Arrays.stream(values).map(WireName::of).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /// The words after "One of" up to the full stop.
    private static Set<String> listed(String pointer) throws IOException {
        String description = schema(pointer).path("description").asText();
        int start = description.indexOf("ne of ") + "ne of ".length();
        return Set.of(description.substring(start, description.indexOf('.', start)).split("[,\\s]+"));
    }

    private static Set<String> kindsInTheSources() throws IOException {
        Set<String> kinds = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ProjectDir.find().resolve("src/main/java"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                KIND.matcher(Files.readString(file)).results().map(found -> found.group(1))
                        .forEach(kinds::add);
            }
        }
        return kinds;
    }

    @Test
    void codesOfFaults_areListed() throws IOException {
        Set<String> codes = wireNames(Fault.Code.values());
        codes.add("parameter");

        assertEquals(codes, new TreeSet<>(listed("/Fault/properties/code")));
    }

    @Test
    void kindsOfProblems_areListed() throws IOException {
        Set<String> kinds = kindsInTheSources();
        assertTrue(kinds.containsAll(List.of("bad-request", "rate-limited", "unauthorized")), kinds::toString);

        assertEquals(kinds, new TreeSet<>(listed("/Problem/properties/type")));
    }

    @Test
    void enumerations_areThoseOfTheService() throws IOException {
        assertEquals(wireNames(EventType.values()), texts(schema("/EventType/enum")));
        assertEquals(wireNames(DeadReason.values()), texts(schema("/DeadReason/enum")));
        assertEquals(wireNames(MatchStatus.values()), texts(schema("/Status/enum")));
        JsonNode outcome = new YAMLMapper().readTree(Resources.text("/openapi.yaml")).findValues("outcome").stream()
                .filter(each -> each.has("enum")).findFirst().orElseThrow();
        assertEquals(wireNames(ReplayResult.values()), texts(outcome.path("enum")));
    }
}
