package com.fanfinity.analytics.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.InstanceMeters;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.peers.PeerSignature.SignedRequest;
import com.fanfinity.analytics.testing.CapturedLog;
import com.fanfinity.analytics.testing.TestServer;

/// The internal port, asked by {@link PeerClient} and by others.
class PeerGateTest {

    private static final Settings.Secret SECRET = new Settings.Secret("known-to-all-instances");
    private static final Settings.Secret NEXT = new Settings.Secret("known-to-all-tomorrow");
    private static final Peer ADDRESS = new Peer("pod-1.streams", 8081);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final String TARGET = "/x?a=%2F";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InstanceMeters meters = new Meters(registry).instance();
    private final Random random = new Random(1);

    private TestServer server = server(List.of(SECRET), ADDRESS);

    private TestServer server(List<Settings.Secret> secrets, Peer address) {
        PeerGate gate = new PeerGate(new PeerAuthenticator(secrets, address, Clock.fixed(NOW, ZoneOffset.UTC)), meters);
        Routes routes = config -> {
            config.get("/x", ctx -> ctx.contentType("application/json").result("{}".getBytes(UTF_8)));
            config.get("/final", ctx -> {
                ctx.header(PeerClient.REPLICA_HEADER, PeerClient.FINAL_ANSWER);
                throw new ProblemException(Problem.unavailable("ClickHouse is down.", Duration.ofSeconds(7)));
            });
        };
        return new TestServer(address.equals(ADDRESS) ? 0 : address.port(), LIMIT, gate, routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SignedRequest request(String target, Peer address, Instant at) {
        return new SignedRequest("GET", target, "active", address.toString(), at.toEpochMilli(),
                PeerSignature.nonce(random::nextBytes));
    }

    private int send(String target, String signature) {
        return server.send(server.request(target).header(PeerClient.REPLICA_HEADER, "active")
                .header(PeerSignature.HEADER, signature)).status();
    }

    private double refusals(String reason) {
        return registry.get("peer.refusals").tag("reason", reason).counter().count();
    }

    @Test
    void request_signedForThisInstance_isAcceptedOnce() {
        String signature = request(TARGET, ADDRESS, NOW).header(SECRET);

        assertEquals(200, send(TARGET, signature));
        assertEquals(401, send(TARGET, signature));
        assertEquals(1, refusals("replay"));
    }

    @Test
    void request_withTheSecretItself_isRefused() {
        assertEquals(401, server.send(server.request("/x").header("Authorization", "Bearer " + SECRET.value())
                .header(PeerClient.REPLICA_HEADER, "active")).status());
        assertEquals(1, refusals("unsigned"));
    }

    @Test
    void request_signedForAnotherAddressPathReplicaOrSecret_isRefused() {
        assertEquals(401, send(TARGET, request(TARGET, new Peer("rogue", 18099), NOW).header(SECRET)));
        assertEquals(401, send(TARGET, request("/x?a=%2f", ADDRESS, NOW).header(SECRET)));
        assertEquals(401, send("/x", request("/final", ADDRESS, NOW).header(SECRET)));
        assertEquals(401, send(TARGET, request(TARGET, ADDRESS, NOW).header(NEXT)));
        assertEquals(401, server.send(server.request("/x").header(PeerClient.REPLICA_HEADER, "standby")
                .header(PeerSignature.HEADER, request("/x", ADDRESS, NOW).header(SECRET))).status());
        assertEquals(5, refusals("signature"));
    }

    @Test
    void request_tooOldOrTooNew_isRefused() {
        for (long seconds : List.of(-31L, 31L)) {
            assertEquals(401, send(TARGET, request(TARGET, ADDRESS, NOW.plusSeconds(seconds)).header(SECRET)));
        }
        for (long seconds : List.of(-30L, 30L)) {
            assertEquals(200, send(TARGET, request(TARGET, ADDRESS, NOW.plusSeconds(seconds)).header(SECRET)));
        }
        assertEquals(2, refusals("time"));
    }

    /// A stranger must not be able to fill the log.
    @Test
    void requests_refused_logNothing() {
        try (CapturedLog log = CapturedLog.start()) {
            assertEquals(401, server.send(server.request("/x")).status());
            assertEquals(401, send(TARGET, request(TARGET, ADDRESS, NOW).header(NEXT)));
            assertEquals(401, send(TARGET, request(TARGET, ADDRESS, NOW.minusSeconds(60)).header(SECRET)));

            assertEquals(List.of(), log.entries());
        }
    }

    @Test
    void request_duringARotation_isAcceptedWithBothSecrets() {
        server.close();
        server = server(List.of(SECRET, NEXT), ADDRESS);

        assertEquals(200, send(TARGET, request(TARGET, ADDRESS, NOW).header(SECRET)));
        assertEquals(200, send(TARGET, request(TARGET, ADDRESS, NOW).header(NEXT)));
    }

    @Test
    void nonces_fullOrOld_areForgottenOneGenerationAtATime() {
        RequestNonces nonces = new RequestNonces(1_000, 2);

        assertEquals(List.of(true, false, true, true, false, true, true),
                List.of(nonces.use("a", 1_000), nonces.use("a", 1_000), nonces.use("b", 1_000), nonces.use("c", 1_000),
                        nonces.use("a", 1_000), nonces.use("d", 1_000), nonces.use("a", 1_000)));
        assertFalse(nonces.use("d", 1_999));
    }

    @Test
    void client_ofThisServer_getsAnswersAndFinalProblems() {
        Peer address = new Peer("127.0.0.1", server.port());
        server.close();
        server = server(List.of(SECRET), address);
        try (PeerClient client = new PeerClient(SECRET, new PeerHosts(List.of()), Clock.fixed(NOW, ZoneOffset.UTC),
                random::nextBytes, meters)) {
            InstanceResponse found = client.get(address, "/x", "active", "request-1", LIMIT).orElseThrow();
            InstanceResponse last = client.get(address, "/final", "active", "request-1", LIMIT).orElseThrow();
            InstanceResponse unknown = client.get(address, "/none", "active", "request-1", LIMIT).orElseThrow();

            assertArrayEquals("{}".getBytes(UTF_8), found.body());
            assertEquals(List.of(200, 503, 404), List.of(found.status(), last.status(), unknown.status()));
            assertEquals(Optional.of(Duration.ofSeconds(7)), last.retryAfter());
        }
    }
}
