package com.fanfinity.analytics.shipping;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
import com.fanfinity.analytics.event.Sha256;
import com.fanfinity.analytics.testing.Program;

/// Checks the `.env` that `bin/env` creates.
class EnvScriptTest {

    private static final Pattern NEEDED = Pattern.compile("\\$\\{([A-Z_]+):\\?");

    @TempDir
    Path project;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectory(project.resolve("bin"));
        for (String file : List.of("bin/env", "bin/key", ".env.example")) {
            Files.copy(Yaml.path(file), project.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
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
        Map<String, String> passwords = passwords();
        assertEquals(needed, passwords.keySet());
        assertTrue(passwords.entrySet().stream().allMatch(password -> password.getValue()
                .matches(password.getKey().equals("API_KEY") ? "ff1_first_.{43}_[0-9a-f]{8}" : "[0-9a-f]{48}")));
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
            Files.delete(project.resolve("keys/api-keys.json"));
        }
    }

    @Test
    void env_isReadableOnlyByItsOwnerAndNoOtherFileRemains() throws Exception {
        run();

        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(project.resolve(".env"))));
        try (Stream<Path> files = Files.list(project)) {
            assertEquals(Set.of(".env", ".env.example", "bin", "keys"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    /// The container reads the file of keys as another user, so it must hold no key.
    @Test
    void keysFile_hasTheHashOfTheFirstKeyOnly() throws Exception {
        run();

        String file = Files.readString(project.resolve("keys/api-keys.json"));
        String key = requireNonNull(variables(".env").get("API_KEY"));
        assertTrue(file.contains(Sha256.hex(key)), file);
        assertFalse(file.contains("ff1_"), file);
    }

    @Test
    void keysFile_existing_isUnchanged() throws Exception {
        Path keys = Files.createDirectory(project.resolve("keys")).resolve("api-keys.json");
        Files.writeString(keys, "mine");

        assertTrue(run().output().contains("already exists"));
        assertEquals("mine", Files.readString(keys));
    }

    @Test
    void env_existing_isUnchanged() throws Exception {
        Path env = Files.writeString(project.resolve(".env"), "GRAFANA_PASSWORD=mine\n");

        assertEquals(new Program.Result(0, ".env already exists.\n"), run());
        assertEquals("GRAFANA_PASSWORD=mine\n", Files.readString(env));
    }
}
