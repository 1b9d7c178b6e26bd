package com.fanfinity.analytics.shipping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.SettingsLoader;
import com.fanfinity.analytics.testing.Program;

/// Checks the `.env` that `bin/env` creates.
class EnvScriptTest {

    private static final Pattern NEEDED = Pattern.compile("\\$\\{([A-Z_]+):\\?");

    @TempDir
    Path project;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectory(project.resolve("bin"));
        for (String file : List.of("bin/env", ".env.example")) {
            Files.copy(Yaml.path(file), project.resolve(file));
        }
    }

    private Program.Result run() throws IOException, InterruptedException {
        return Program.find("sh").run(Duration.ofSeconds(30), project, "", "bin/env");
    }

    private Map<String, String> variables(String file) throws IOException {
        return Files.readAllLines(project.resolve(file)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (_, last) -> last, TreeMap::new));
    }

    /// The variables of `.env` that differ from `.env.example`.
    private Map<String, String> passwords() throws IOException {
        Map<String, String> made = variables(".env");
        variables(".env.example").forEach(made::remove);
        return made;
    }

    @Test
    void env_missing_isCreatedFromTheExampleWithPasswords() throws Exception {
        assertEquals(0, run().exitCode());

        Set<String> needed = NEEDED.matcher(Yaml.read("compose.yaml")).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        needed.add("ADMIN_KEY");
        Map<String, String> passwords = passwords();
        assertEquals(needed, passwords.keySet());
        assertTrue(passwords.values().stream().allMatch(password -> password.matches("[0-9a-f]{48}")));
        Map<String, String> example = variables(".env.example");
        Map<String, String> rest = new HashMap<>(variables(".env"));
        rest.keySet().removeAll(needed);
        example.keySet().removeAll(needed);
        assertEquals(example, rest);
        SettingsLoader.load(variables(".env")); // throws if a value is invalid
    }

    @Test
    void passwords_areUnique() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            String output = run().output();
            for (String password : passwords().values()) {
                assertTrue(seen.add(password), "duplicate password");
                assertFalse(output.contains(password), "the password is printed");
            }
            Files.delete(project.resolve(".env"));
        }
    }

    @Test
    void env_isReadableOnlyByItsOwnerAndNoOtherFileRemains() throws Exception {
        run();

        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(project.resolve(".env"))));
        try (Stream<Path> files = Files.list(project)) {
            assertEquals(Set.of(".env", ".env.example", "bin"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void env_existing_isUnchanged() throws Exception {
        Path env = Files.writeString(project.resolve(".env"), "GRAFANA_PASSWORD=mine\n");

        assertEquals(new Program.Result(0, ".env already exists.\n"), run());
        assertEquals("GRAFANA_PASSWORD=mine\n", Files.readString(env));
    }
}
