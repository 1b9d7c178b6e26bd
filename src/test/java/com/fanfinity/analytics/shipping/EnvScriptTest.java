package com.fanfinity.analytics.shipping;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(project.resolve(file)));
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

        assertEquals("rw-------", mode(".env"));
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

    /// The user of the container is neither the owner nor in the group.
    @Test
    void keysFile_createdWithAStrictUmask_isReadableInTheContainer() throws Exception {
        Program.find("sh").run(Duration.ofSeconds(30), project, "", "-c", "umask 077 && bin/env");

        assertEquals("rwxr-xr-x", mode("keys"));
        assertEquals("rw-r--r--", mode("keys/api-keys.json"));
        assertEquals("rw-------", mode(".env"));
    }

    @Test
    void keysFile_existing_isUnchangedAndTheMissingKeyIsNamed() throws Exception {
        Path keys = Files.createDirectory(project.resolve("keys")).resolve("api-keys.json");
        Files.writeString(keys, "mine");

        Program.Result result = run();

        assertEquals(1, result.exitCode());
        assertTrue(result.output().contains("Set API_KEY to one of its keys"), result.output());
        assertEquals("mine", Files.readString(keys));
    }

    @Test
    void env_complete_isUnchanged() throws Exception {
        run();
        byte[] complete = Files.readAllBytes(project.resolve(".env"));

        assertEquals(new Program.Result(0, ".env already has every password.\n"), run());
        assertArrayEquals(complete, Files.readAllBytes(project.resolve(".env")));
    }

    /// As from an earlier release: without newer passwords, with empty ones, and with characters that programs such as
    /// sed interpret.
    @Test
    void env_ofAnEarlierRelease_getsOnlyWhatItLacks() throws Exception {
        String mine = """
                # of 2025
                GRAFANA_PASSWORD=p&ss/\\w|$x\\n'"
                export CLICKHOUSE_PASSWORD = "a b"
                INTERNAL_SECRET=mine
                INTERNAL_SECRET=
                API_KEY=\"\"""";
        Path env = Files.writeString(project.resolve(".env"), mine);
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r-----"));

        Program.Result result = run();

        assertEquals(new Program.Result(0, "Added to .env: INTERNAL_SECRET CLICKHOUSE_GRAFANA_PASSWORD "
                + "KAFKA_SERVICE_PASSWORD KAFKA_UI_PASSWORD API_KEY\n"), result);
        String made = Files.readString(env);
        String secret = requireNonNull(variables(".env").get("INTERNAL_SECRET"));
        assertTrue(secret.matches("[0-9a-f]{48}"), made);
        String kept = mine.replace("INTERNAL_SECRET=\n", "INTERNAL_SECRET=" + secret + '\n');
        assertTrue(made.startsWith(kept + '\n'), made);
        assertEquals(List.of("API_KEY", "CLICKHOUSE_GRAFANA_PASSWORD", "KAFKA_SERVICE_PASSWORD", "KAFKA_UI_PASSWORD"),
                made.substring(kept.length() + 1).lines().map(line -> line.substring(0, line.indexOf('='))).sorted()
                        .toList());
        assertTrue(Files.readString(project.resolve("keys/api-keys.json"))
                .contains(Sha256.hex(requireNonNull(variables(".env").get("API_KEY")))));
        assertEquals("rw-r-----", mode(".env"));
        assertFalse(Files.exists(project.resolve(".env.new")));
    }

    @Test
    void env_withAKeyButNoKeyFile_isReported() throws Exception {
        run();
        Files.delete(project.resolve("keys/api-keys.json"));

        Program.Result result = run();

        assertEquals(1, result.exitCode());
        assertTrue(result.output().contains("keys/api-keys.json is missing"), result.output());
    }

    @Test
    void git_ignoresAllThatTheScriptCreates() throws Exception {
        Files.copy(Yaml.path(".gitignore"), project.resolve(".gitignore"));
        Program git = Program.find("git");
        git.run(Duration.ofSeconds(30), project, "", "init", "-q");
        run();

        assertEquals(List.of(".env", "keys/api-keys.json", ".env.new"), git.run(Duration.ofSeconds(30), project, "",
                "check-ignore", "--no-index", ".env", "keys/api-keys.json", ".env.new", ".env.example").output()
                .lines().toList());
    }
}
