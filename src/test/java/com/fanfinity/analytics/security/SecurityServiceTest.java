package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Jwt;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.testing.TestServer;

/// The key file as operators change it.
class SecurityServiceTest {

    private static final String KEY = TestKeys.key("feed", 1);
    private static final String ENTRY = TestKeys.entry("feed", "ingest,read", "", TestKeys.secret(KEY));

    @TempDir
    private Path directory = Path.of("");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Caller> open = new ArrayList<>();
    private Path file = Path.of("");
    private SecurityService security = TestKeys.service(true, Optional.empty(), new Secret(""), Clock.systemUTC());
    private TestServer server = new TestServer();

    @BeforeEach
    void start() throws Exception {
        security.close();
        server.close();
        file = directory.resolve("keys.json");
        write(TestKeys.file(ENTRY));
        security = new SecurityService(TestKeys.settings(true, Optional.of(file), TestKeys.NO_RATES), new Secret(""),
                Clock.systemUTC(), System::nanoTime, new Meters(registry).security());
        security.watch(ended -> open.removeIf(ended));
        server = new TestServer(security.gate(), List.of(), config -> config.post("/w", ctx -> {
            open.add(Caller.of(ctx));
            ctx.result("written");
        }, Access.INGEST));
    }

    @AfterEach
    void stop() {
        server.close();
        security.close();
    }

    private void write(byte[] content) throws Exception {
        Files.write(file, content);
    }

    private int post(String key) {
        return server.send(server.request("/w").header("X-API-Key", key)
                .POST(BodyPublishers.noBody())).status();
    }

    private double failures() {
        return registry.get("api.keys.reload.failures").counter().count();
    }

    @Test
    void keyAddedToTheFile_isValidAfterTheNextRead() throws Exception {
        String added = TestKeys.key("second", 2);
        assertEquals(401, post(added));

        write(TestKeys.file(ENTRY, TestKeys.entry("second", "ingest", "", TestKeys.secret(added))));
        security.tick();

        assertEquals(200, post(added));
        assertEquals(200, post(KEY));
        assertEquals(2, registry.get("api.keys").gauge().value());
    }

    @Test
    void keyRemovedFromTheFile_endsWithItsStreams() throws Exception {
        assertEquals(200, post(KEY));
        security.tick();
        assertEquals(List.of("feed"), open.stream().map(Caller::id).toList());

        write(TestKeys.file());
        security.tick();

        assertEquals(401, post(KEY));
        assertEquals(List.of(), open);
    }

    @Test
    void fileThatCannotBeUsed_keepsTheKeysAndIsReportedUntilItCan() throws Exception {
        for (byte[] broken : List.of("{".getBytes(UTF_8), new byte[0], new byte[KeyFile.MAX_BYTES + 1])) {
            double before = failures();
            write(broken);
            security.tick();

            assertEquals(200, post(KEY));
            assertEquals(before + 1, failures());
            assertFalse(security.fault().isEmpty());
        }
        Files.delete(file);
        security.tick();
        assertEquals(200, post(KEY));
        assertEquals("the key file cannot be read", security.fault());

        write(TestKeys.file(ENTRY));
        security.tick();
        assertEquals("", security.fault());
        assertEquals(200, post(KEY));
    }

    @Test
    void unreadableFileAtTheStart_refusesWritesAndIsReported() {
        SecurityService without = TestKeys.service(true, Optional.of(directory.resolve("none")), new Secret(""),
                Clock.systemUTC());

        assertFalse(without.fault().isEmpty());
        without.close();
    }

    private SecurityService withTokens(Path jwks, InstantSource clock) {
        Jwt jwt = new Jwt(TestTokens.ISSUER, TestTokens.AUDIENCE, new Jwt.KeySetFile(jwks));
        return new SecurityService(
                TestKeys.settings(true, Optional.of(file), Optional.of(jwt), TestKeys.NO_RATES), new Secret(""), clock,
                System::nanoTime, new Meters(registry).security());
    }

    private Caller callerOf(SecurityService tokens, String token) {
        List<Caller> callers = new ArrayList<>();
        try (TestServer other = new TestServer(tokens.gate(), List.of(), config -> config.get("/r",
                ctx -> callers.add(Caller.of(ctx)), Access.READ))) {
            assertEquals(200, other.send(other.request("/r").header("Authorization", "Bearer " + token)).status());
        }
        return callers.getFirst();
    }

    @Test
    void streamOfAToken_endsWithTheTokenOrItsKey() throws Exception {
        Path jwks = Files.write(directory.resolve("jwks.json"), TestTokens.jwks(TestTokens.EC, TestTokens.RSA));
        Instant[] now = {Instant.now()};
        try (SecurityService tokens = withTokens(jwks, () -> now[0])) {
            tokens.watch(ended -> open.removeIf(ended));
            Caller brief = callerOf(tokens, TestTokens.token("read", Map.of("sub", "brief", "exp",
                    now[0].plusSeconds(60).getEpochSecond())));
            Caller ofEc = callerOf(tokens, TestTokens.token("read", Map.of("sub", "ec")));
            Caller ofRsa = callerOf(tokens, TestTokens.token(TestTokens.RSA, TestTokens.claims(now[0])));
            open.addAll(List.of(brief, ofEc, ofRsa, Caller.TRUSTED));
            tokens.tick();
            assertEquals(List.of(brief, ofEc, ofRsa, Caller.TRUSTED), open);

            now[0] = now[0].plusSeconds(60);
            tokens.tick();
            assertEquals(List.of(ofEc, ofRsa, Caller.TRUSTED), open);

            Files.write(jwks, TestTokens.jwks(TestTokens.RSA));
            tokens.tick();
            assertEquals(List.of(ofRsa, Caller.TRUSTED), open);
        }
    }

    @Test
    void tokenKeysThatCannotBeUsed_areReportedBesideTheKeyFile() throws Exception {
        Path jwks = directory.resolve("jwks.json");
        try (SecurityService tokens = withTokens(jwks, Clock.systemUTC())) {
            assertEquals("the token keys cannot be read", tokens.fault());
            Files.delete(file);
            tokens.tick();
            assertEquals("the key file cannot be read; the token keys cannot be read", tokens.fault());

            write(TestKeys.file(ENTRY));
            Files.write(jwks, TestTokens.jwks(TestTokens.EC));
            tokens.tick();

            assertEquals("", tokens.fault());
            callerOf(tokens, TestTokens.token("read", Map.of()));
        }
    }

    @Test
    void fileReplacedByALink_isRead() throws Exception {
        Path next = directory.resolve("next.json");
        Files.write(next, TestKeys.file());
        Files.delete(file);
        Files.createSymbolicLink(file, next);

        security.tick();

        assertEquals(401, post(KEY));
        assertTrue(security.fault().isEmpty());
    }
}
