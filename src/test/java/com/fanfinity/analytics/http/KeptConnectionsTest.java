package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.testing.Heap;

/// Connections that stay open after some requests, as those of browsers and of senders do.
@Timeout(120)
class KeptConnectionsTest {

    private static final int CONNECTIONS = 500;
    private static final int BYTES_OF_ONE = 25 << 10;

    private final List<Socket> sockets = new ArrayList<>();
    private final HttpServer server = new HttpServer(
            new Settings.Http("127.0.0.1", 0, 2 * CONNECTIONS, Duration.ofSeconds(75)),
            List.of(routes -> routes.get("/x", ctx -> ctx.result("x"))),
            new EventIds(Clock.systemUTC(), () -> 1), (_, _, _, _, _) -> {}, Duration.ofSeconds(1));

    @BeforeEach
    void start() {
        server.start();
        open(1);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    /// Attack: with 8,192 connections of 98 KB each, some requests on each of them end a process with a small heap.
    @Test
    void connection_afterSomeRequests_takesLittleHeap() {
        Heap.assertKeeps((long) CONNECTIONS * BYTES_OF_ONE, () -> open(CONNECTIONS));
    }

    private void open(int connections) {
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                sockets.add(socket);
                for (int request = 0; request < 3; request++) {
                    exchange(socket);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(String.join("\r\n", "GET /x HTTP/1.1", "Host: localhost",
                "User-Agent: a browser", "Accept: text/html,application/json", "Cookie: a=b", "", "")
                .getBytes(ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nx")) {
            int next = socket.getInputStream().read();
            assertTrue(next >= 0, "the connection stays open");
            answer.append((char) next);
        }
    }
}
