package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.stack.process.ProjectDir;
import com.fanfinity.analytics.testing.Program;

/// Keys of `bin/key` are keys of the service.
class KeyScriptTest {

    private static Program.Result run(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "bin/key";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Program.find("sh").run(Duration.ofSeconds(30), ProjectDir.find(), "", all);
    }

    @Test
    void newKey_withAllOptions_isValidWithItsEntry() throws Exception {
        List<String> lines = run("new", "feed-1", "--scopes", "ingest,read", "--matches", "epl-,cup-", "--expires",
                "2027-01-01T00:00:00Z").output().lines().map(String::strip).toList();
        ApiKeys keys = new ApiKeys(() -> Instant.parse("2026-11-30T00:00:00Z"), new Secret(""));

        keys.replaceBy(KeyFile.parse(("{\"keys\":[" + lines.get(3) + "]}").getBytes(UTF_8), TestKeys.NO_RATES));

        Caller caller = assertInstanceOf(ApiKeys.Valid.class, keys.check(lines.get(1))).caller();
        assertEquals("feed-1", caller.id());
        assertEquals(Set.of(Access.INGEST, Access.READ), caller.scopes());
        assertEquals(List.of("epl-", "cup-"), caller.matches());
    }

    @Test
    void newKey_file_isAKeyFileAndIsNeverReplaced(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("keys.json");

        String key = run("new", "first", "--scopes", "admin", "--file", file.toString()).output().strip();

        assertEquals(Set.of("first"), KeyFile.parse(Files.readAllBytes(file), TestKeys.NO_RATES).keySet());
        assertTrue(ApiKey.idOf(key).isPresent(), key);
        assertEquals(2, run("new", "first", "--scopes", "admin", "--file", file.toString()).exitCode());
    }

    @Test
    void newKeys_areDifferentAndWellFormed() throws Exception {
        for (int i = 0; i < 5; i++) {
            String key = run("new", "a", "--scopes", "read").output().lines().skip(1).findFirst().orElseThrow().strip();
            assertTrue(ApiKey.idOf(key).isPresent(), key);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "old a", "new", "new A --scopes read", "new a_b --scopes read", "new a",
        "new a --scopes", "new a --scopes write", "new a --scopes read, --x y", "new a --scopes read --matches ä",
        "new a --scopes read --expires tomorrow", "new a --scopes read --matches \"x\""})
    void otherArguments_areRefused(String arguments) throws Exception {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)).exitCode());
    }
}
