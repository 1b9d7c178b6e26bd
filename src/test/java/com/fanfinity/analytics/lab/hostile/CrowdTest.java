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
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;

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
}
