package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileTest {

    private static final Pattern BASE = Pattern.compile("(?m)^ARG \\w+_IMAGE=[\\w./-]+:[\\w.-]+@sha256:[0-9a-f]{64}$");
    private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)");
    private static final Pattern RUNS = Pattern.compile("(?m)^(?:ENTRYPOINT|    CMD) (.*)$");

    private static String text() throws IOException {
        return Yaml.read("docker/Dockerfile");
    }

    /// @return one line for each fault
    private static List<String> faults(String text) {
        List<String> faults = new ArrayList<>();
        String last = text.substring(text.lastIndexOf("\nFROM "));
        expect(BASE.matcher(text).results().count() == 2, faults, "the base images are not two arguments with digests");
        expect(FROM.matcher(text).results()
                .allMatch(from -> from.group(1).startsWith("${") || text.contains(" AS " + from.group(1) + "\n")),
                faults, "a base image that is no argument");
        expect(Pattern.compile("(?m)^USER [1-9]\\d*:[1-9]\\d*$").matcher(last).find(), faults, "no numeric user");
        expect(!last.contains("\nRUN "), faults, "the last stage runs something: its base has no shell");
        expect(RUNS.matcher(last).results().count() == 2
                && RUNS.matcher(last).results().allMatch(run -> run.group(1).startsWith("[\"/")),
                faults,
                "a shell would stand between signals and the service");
        expect(last.contains("\nSTOPSIGNAL SIGTERM\n"), faults, "no SIGTERM");
        expect(Pattern.compile("(?m)^(ENTRYPOINT|CMD|ENV|    \\w+=).*(javaagent|on\\.options)").matcher(last).results()
                .findAny().isEmpty(),
                faults, "an agent is loaded by default");
        expect(before(last, "/opt/jre /opt/jre", "target/agent") && before(last, "target/agent", "/app/analytics.jar"),
                faults,
                "the agent has no separate layer");
        expect(before(last, "/opt/jre /opt/jre", "/app/lib /app/lib")
                && before(last, "/app/lib /app/lib", "/app/analytics.jar"), faults,
                "files that change often are copied before others");
        expect(!Pattern.compile("(?i)(ENV|ARG) .*(password|secret|token)").matcher(text).find(), faults, "a secret");
        expect(!Pattern.compile("(?m)^COPY .*(\\s\\.\\s|target/classes)|^ADD ").matcher(text).find(), faults,
                "copies more than it names");
        return faults;
    }

    private static boolean before(String text, String first, String second) {
        return text.contains(first) && text.indexOf(first) < text.indexOf(second);
    }

    private static void expect(boolean so, List<String> faults, String otherwise) {
        if (!so) {
            faults.add(otherwise);
        }
    }

    @Test
    void dockerfile_keepsTheRules() throws IOException {
        assertEquals(List.of(), faults(text()));
    }

    /// An operator's value replaces the image's value, so the runbook must repeat the latter.
    @Test
    void runbook_javaOptions_startWithTheImagesOptions() throws IOException {
        Matcher options = Pattern.compile("JAVA_TOOL_OPTIONS=\"[^\"]+").matcher(text());

        assertTrue(options.find());
        assertTrue(Yaml.read("docs/operations/logs-and-traces.md").contains(options.group() + " -D"), options.group());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -jdk-noble@sha256:                | -jdk-noble #                          | the base images are not two
            FROM ${BASE_IMAGE}                | FROM debian:13                        | a base image that is no argument
            CMD ["-jar"                       | CMD ["@/app/agent/on.options", "-jar" | an agent is loaded by default
            JAVA_TOOL_OPTIONS= | JAVA_TOOL_OPTIONS=-javaagent:/app/a.jar # | an agent is loaded by default
            COPY target/agent docker/agent    | COPY docker/agent                     | the agent has no separate layer
            USER 10001:10001                  | USER nonroot                          | no numeric user
            USER 10001:10001                  | RUN ls                                | the last stage runs something
            ENTRYPOINT ["/opt/jre/bin/java",  | ENTRYPOINT exec /opt/jre/bin/java     | a shell would stand
            STOPSIGNAL SIGTERM                | STOPSIGNAL SIGKILL                    | no SIGTERM
            COPY --from=runtime /opt/jre /opt | COPY --from=training /app/analytics.jar /opt | files that change often
            ARG REVISION=unknown              | ARG API_TOKEN=unknown                 | a secret
            COPY target/lib                   | COPY target/classes                   | copies more
            """)
    void rules_fileWithFault_reportIt(String good, String bad, String fault) throws IOException {
        String text = text();
        assertTrue(text.contains(good), good);

        List<String> found = faults(text.replace(good, bad));

        assertTrue(found.stream().anyMatch(line -> line.startsWith(fault)), () -> fault + " is not among " + found);
    }

    @Test
    void healthCheck_isTheSameInCompose() throws IOException {
        Matcher command = Pattern.compile("(?ms)^    CMD (\\[.*?])$").matcher(text());
        assertTrue(command.find());
        List<String> inCompose = Yaml.parse(Yaml.read("compose.yaml")).at("services", "service", "healthcheck", "test")
                .texts();

        assertEquals(Yaml.parse(command.group(1).replace("\\\n", "")).texts(), inCompose.subList(1, inCompose.size()));
    }

    /// jdeps cannot find these classes: they are named in configurations or strings, or are services of a module.
    @ParameterizedTest
    @ValueSource(strings = {"com.sun.security.auth.module.Krb5LoginModule", "com.sun.security.sasl.gsskerb.FactoryImpl",
        "com.sun.security.sasl.ClientFactoryImpl", "jdk.net.Sockets", "sun.misc.Unsafe",
        "com.sun.management.OperatingSystemMXBean"})
    void modules_containClassesThatAreLoadedByName(String name) throws Exception {
        Set<String> modules = Yaml.read("docker/modules.txt").lines().map(line -> line.replaceFirst("#.*", "").strip())
                .collect(Collectors.toSet());
        String module = Class.forName(name, false, ClassLoader.getPlatformClassLoader()).getModule().getName();

        assertTrue(modules.contains(module), module);
    }

    /// The default arguments after those of the entry point.
    static List<String> command() throws IOException {
        Matcher command = Pattern.compile("(?m)^CMD (\\[.*])$").matcher(text());
        assertTrue(command.find());
        return Yaml.parse(command.group(1)).texts();
    }

    /// @param tracing `on` or `off`
    static List<String> options(String tracing) throws IOException {
        return Yaml.read("docker/agent/" + tracing + ".options").lines().filter(line -> !line.startsWith("#")).toList();
    }

    /// The options name files that the build copies from Maven's output.
    @Test
    void agent_isAtThePathInItsOptions() throws IOException {
        assertEquals(List.of("-javaagent:/app/agent/opentelemetry-javaagent.jar",
                "-Dotel.javaagent.configuration-file=/app/agent/agent.properties", "-XX:AOTMode=off"), options("on"));
        assertTrue(text().contains("\nCOPY target/agent docker/agent /app/agent/\n"));
        assertTrue(Yaml.read("pom.xml").contains("<destFileName>opentelemetry-javaagent.jar<"));
        assertTrue(Files.exists(Yaml.path("ops/tracing/agent.properties")));
    }

    @Test
    void context_containsOnlyCopiedFiles() throws IOException {
        List<String> ignored = Yaml.read(".dockerignore").lines().filter(line -> !line.startsWith("#")).toList();
        assertEquals("*", ignored.getFirst());
        Pattern.compile("(?m)^COPY ((?!--)[^\\n]*) \\S+$").matcher(text()).results()
                .flatMap(copy -> List.of(copy.group(1).split(" ", -1)).stream())
                .forEach(source -> assertTrue(ignored.contains("!" + source) || source.startsWith("docker/"), source));
    }
}
