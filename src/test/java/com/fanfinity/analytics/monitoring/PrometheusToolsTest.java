package com.fanfinity.analytics.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;
import com.fanfinity.analytics.testing.Program.Result;

/// Checks the files of `ops` with the tools of Prometheus and Alertmanager.
class PrometheusToolsTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static void assertAccepted(String program, Path directory, String... arguments)
            throws IOException, InterruptedException {
        Result result = Program.find(program).run(LIMIT, directory, "", arguments);

        assertEquals(0, result.exitCode(), result.output());
    }

    @Test
    void promtool_configurationAndRules_areAccepted() throws Exception {
        assertAccepted("promtool", AlertRules.DIRECTORY, "check", "config", "prometheus.yml");
    }

    static Stream<String> tests() {
        return AlertRules.files("tests").stream().map(file -> file.getFileName().toString());
    }

    @ParameterizedTest
    @MethodSource("tests")
    void promtool_testsOfRules_pass(String file) throws Exception {
        assertAccepted("promtool", AlertRules.DIRECTORY, "test", "rules", "tests/" + file);
    }

    @Test
    void amtool_configuration_isAccepted() throws Exception {
        assertAccepted("amtool", ProjectDir.find().resolve("ops/alertmanager"), "check-config", "alertmanager.yml");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({"critical,on-call", "warning,team", "unheard-of,team"})
    void amtool_routeOfASeverity_leadsToItsReceiver(String severity, String receiver) throws Exception {
        assertAccepted("amtool", ProjectDir.find().resolve("ops/alertmanager"), "config", "routes", "test",
                "--config.file=alertmanager.yml", "--verify.receivers=" + receiver, "severity=" + severity);
    }
}
