package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds the resolved class paths and the lock file of npm to the list of withdrawn versions, without a network.
class WithdrawnVersionsTest {

    private static final int FEWEST_LIBRARIES = 50;

    @Test
    void classPath_ofServiceAndTests_hasNoWithdrawnVersion() throws IOException {
        check(System.getProperty("java.class.path"));
    }

    @Test
    void classPath_ofTheLocalBroker_hasNoWithdrawnVersion() throws IOException {
        check(Files.readString(Yaml.path("target/broker.classpath")).strip());
    }

    private static void check(String classPath) throws IOException {
        WithdrawnVersions list = WithdrawnVersions.read();
        List<String> faults = new ArrayList<>();
        int libraries = 0;
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry).toAbsolutePath();
            if (isInRepository(jar)) {
                libraries++;
                list.fault(jar.getName(jar.getNameCount() - 3).toString(),
                        jar.getName(jar.getNameCount() - 2).toString()).ifPresent(faults::add);
            }
        }
        assertEquals(List.of(), faults);
        assertTrue(libraries >= FEWEST_LIBRARIES, libraries + " libraries found");
    }

    /// Maven's repository keeps a jar as `…/artifact/version/artifact-version.jar`.
    private static boolean isInRepository(Path jar) {
        return jar.getNameCount() >= 3 && jar.getFileName().toString().startsWith(
                jar.getName(jar.getNameCount() - 3) + "-" + jar.getName(jar.getNameCount() - 2));
    }

    @Test
    void lockFile_ofNpm_hasNoWithdrawnVersion() throws IOException {
        WithdrawnVersions list = WithdrawnVersions.read();
        JsonNode packages = new ObjectMapper().readTree(Yaml.read("package-lock.json")).required("packages");
        List<String> faults = new ArrayList<>();
        packages.properties().forEach(each -> {
            String name = each.getKey().replaceFirst(".*node_modules/", "");
            if (each.getValue().has("version") && !name.isEmpty()) {
                list.fault("npm:" + name, each.getValue().get("version").asText()).ifPresent(faults::add);
            }
        });
        assertEquals(List.of(), faults);
        assertTrue(packages.size() > 10, packages.size() + " packages found");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            zstd-jni,    1.5.6-10,  true
            zstd-jni,    1.5.7-9,   true
            zstd-jni,    1.5.7-17,  false
            kafka_2.13,  4.3.1,     true
            kafka_2.13,  4.4.0,     true
            kafka_2.13,  4.2.2,     false
            kafka_2.13,  4.4.1,     false
            npm:debug,   4.4.2,     true
            npm:debug,   4.4.3,     false
            npm:node-ipc,10.1.2,    true
            npm:ua-parser-js,0.8.0, true
            no-such,     1.0,       false
            """)
    void fault_version_isFoundInItsRange(String artifact, String version, boolean found) throws IOException {
        assertEquals(found, WithdrawnVersions.read().fault(artifact, version).isPresent());
    }

    @Test
    void list_everyLine_hasAReason() throws IOException {
        WithdrawnVersions list = WithdrawnVersions.read();
        assertTrue(list.size() > 30, list.size() + " entries");
        for (String line : Yaml.read("src/test/resources/shipping/withdrawn.tsv").lines().toList()) {
            assertFalse(Arrays.stream(line.split("\t", -1)).anyMatch(String::isBlank), line);
        }
    }
}
