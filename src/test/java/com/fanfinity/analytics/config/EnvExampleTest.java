package com.fanfinity.analytics.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// `.env.example` describes the settings, so it must match the code.
class EnvExampleTest {

    @Test
    void envExample_namesExactlyTheVariablesOfTheCodeWithTheirDefaults() throws IOException {
        assertEquals(SettingsLoader.defaults(), variables());
    }

    @Test
    void envExample_asItIs_setsWhatAnEmptyEnvironmentSets() throws Exception {
        assertEquals(SettingsLoader.load(Map.of()), SettingsLoader.load(variables()));
    }

    @Test
    void envExample_everyVariable_isDescribedWithItsDefault() throws IOException {
        String before = "";
        for (String line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String value = line.substring(line.indexOf('=') + 1);
                assertTrue(before.contains("Default " + (value.isEmpty() ? "none" : value)),
                        line + " is described as: " + before);
            } else {
                before = line.isBlank() ? "" : before + line;
            }
        }
    }

    private static Map<String, String> variables() throws IOException {
        Map<String, String> variables = new TreeMap<>();
        for (String line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("=", 2);
                assertNull(variables.put(parts[0], parts[1]), parts[0] + " is there twice");
            }
        }
        return variables;
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(ProjectDir.find().resolve(".env.example"));
    }
}
