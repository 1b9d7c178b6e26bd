package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.process.Ports;

class CrowdTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void crowd_opensDripsAndReturns() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
                Crowd crowd = Crowd.start(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()),
                        new Crowd.Plan(4, Crowd.addresses(2), "hi ".getBytes(ISO_8859_1), new byte[]{'a'},
                                Duration.ofMillis(50), true))) {
            server.setSoTimeout((int) LIMIT.toMillis());
            Set<String> sources = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                Socket client = server.accept();
                sources.add(client.getInetAddress().getHostAddress());
                client.setSoTimeout((int) LIMIT.toMillis());
                assertEquals("hi aa", new String(client.getInputStream().readNBytes(5), ISO_8859_1));
                client.close();
            }
            Await.until(LIMIT, "all were tried", crowd::isComplete);
            assertEquals(Set.of("127.0.66.1", "127.0.66.2"), sources);
            server.accept().close(); // a connection that was cut comes back
            assertTrue(crowd.summary().contains("4 connections from 2 addresses"), crowd.summary());
        }
    }

    /// Nothing listens on the port.
    @Test
    void crowd_thatReachesNothing_isAViolation() throws IOException {
        int port = Ports.free();
        Findings findings = new Findings("attack");
        try (Crowd crowd = Crowd.start(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                Crowd.Plan.silent(4, Crowd.addresses(1), "hi".getBytes(ISO_8859_1)))) {
            Await.until(LIMIT, "all were tried", crowd::isComplete);
            crowd.judge(findings);
        }

        assertEquals(List.of("the attack did not happen: 0 of 4 connections were opened",
                "the attack did not happen: 0 openings were sent, fewer than 3"), findings.verdict().violations());
    }

    @Test
    void crowd_thatSentItsOpenings_isNone() throws IOException {
        Findings findings = new Findings("attack");
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
                Crowd crowd = Crowd.start(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()),
                        Crowd.Plan.silent(4, Crowd.addresses(1), "hi".getBytes(ISO_8859_1)))) {
            server.setSoTimeout((int) LIMIT.toMillis());
            for (int i = 0; i < 4; i++) {
                Socket client = server.accept();
                client.setSoTimeout((int) LIMIT.toMillis());
                assertEquals("hi", new String(client.getInputStream().readNBytes(2), ISO_8859_1));
            }
            Await.until(LIMIT, "all were tried", crowd::isComplete);
            crowd.judge(findings);
        }

        assertTrue(findings.verdict().held(), findings.verdict()::toString);
    }
}
