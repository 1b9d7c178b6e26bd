package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
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

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Program.Result run(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "bin/key";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Program.find("sh").run(LIMIT, ProjectDir.find(), "", all);
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

    /// The service usually runs as another user than the operator who creates the file.
    @Test
    void newKey_fileWithAStrictUmask_isReadableByTheService(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("keys.json");

        Program.find("sh").run(LIMIT, ProjectDir.find(), "", "-c",
                "umask 077 && bin/key new first --scopes admin --file " + file);

        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void newKey_fileThatIsALink_isNotWrittenThrough(@TempDir Path directory) throws Exception {
        Path target = directory.resolve("target");
        Path link = Files.createSymbolicLink(directory.resolve("keys.json"), target);

        assertEquals(2, run("new", "first", "--scopes", "admin", "--file", link.toString()).exitCode());
        assertFalse(Files.exists(target));
    }

    @Test
    void newKeys_areDifferentWellFormedAndPrintedOnce() throws Exception {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            String output = run("new", "a", "--scopes", "read").output();
            String key = output.lines().skip(1).findFirst().orElseThrow().strip();
            assertTrue(ApiKey.idOf(key).isPresent() && keys.add(key), key);
            assertEquals(output.indexOf("ff1_"), output.lastIndexOf("ff1_"));
        }
    }

    /// Without the random bytes the key would be the same for all.
    @ParameterizedTest
    @ValueSource(strings = {"base64", "head", "gzip", "sha256sum"})
    void newKey_withoutAProgram_isNone(String missing, @TempDir Path programs) throws Exception {
        Path broken = Files.writeString(programs.resolve(missing), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));

        Program.Result result = Program.find("sh").run(LIMIT, ProjectDir.find(), "", "-c",
                "PATH=" + programs + ":$PATH bin/key new a --scopes read");

        assertEquals(2, result.exitCode());
        assertFalse(result.output().contains("ff1_"), result.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "old a", "new", "new A --scopes read", "new a_b --scopes read", "new a",
        "new a --scopes", "new a --scopes write", "new a --scopes read, --x y", "new a --scopes read --matches ä",
        "new a --scopes read --expires tomorrow", "new a --scopes read --matches \"x\"",
        "new a --scopes read --matches ", "new a --scopes read --expires ", "new a --scopes read --file ",
        "new a --scopes read --scopes admin", "new a --scopes read --matches a,,b",
        "new a --scopes read --expires 2027-02-29T00:00:00Z", "new a --scopes read --expires 2027-04-31T00:00:00Z",
        "new a --scopes read --expires 2027-13-01T00:00:00Z", "new a --scopes read --expires 2027-01-01T24:00:00Z",
        "new a\nb --scopes read", "new a\n --scopes read", "new a --scopes read\nadmin\",\"x",
        "new a --scopes read --matches a\n\"", "new a --scopes read --expires 2027-01-01T00:00:00Z\n\"x\""})
    void otherArguments_areRefused(String arguments) throws Exception {
        Program.Result result = run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));

        assertEquals(2, result.exitCode(), result.output());
        assertFalse(result.output().contains("ff1_"), result.output());
    }

    @Test
    void newKey_withMorePrefixesThanTheServiceReads_isRefused() throws Exception {
        assertEquals(2, run("new", "a", "--scopes", "read", "--matches", "a" + ",a".repeat(100)).exitCode());
        assertEquals(0, run("new", "a", "--scopes", "read", "--matches", "a" + ",a".repeat(99)).exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2028-02-29T23:59:59+05:30", "2027-12-31T00:00:00Z", "2027-08-31T00:00:00-00:30"})
    void newKey_withATime_isReadByTheService(String expires) throws Exception {
        String entry = run("new", "a", "--scopes", "read", "--expires", expires).output().lines().skip(3).findFirst()
                .orElseThrow();

        assertEquals(Set.of("a"),
                KeyFile.parse(("{\"keys\":[" + entry + "]}").getBytes(UTF_8), TestKeys.NO_RATES).keySet());
    }
}
