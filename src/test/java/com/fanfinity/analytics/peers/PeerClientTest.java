package com.fanfinity.analytics.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.Meters;

class PeerClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PeerClient client = new PeerClient(new Settings.Secret("known-to-all-instances"),
            new Meters(registry).instance());
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private Peer peer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        peer = new Peer("127.0.0.1", server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        over.countDown();
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        switch (exchange.getRequestURI().getPath()) {
            case "/silent" -> await();
            case "/half" -> {
                exchange.sendResponseHeaders(200, 1_000);
                OutputStream body = exchange.getResponseBody();
                body.write(1);
                body.flush();
                await();
            }
            case "/final" -> {
                exchange.getResponseHeaders().add(PeerClient.REPLICA_HEADER, PeerClient.FINAL_ANSWER);
                exchange.getResponseHeaders().add("Retry-After", "5");
                exchange.sendResponseHeaders(503, -1);
            }
            case "/moving" -> exchange.sendResponseHeaders(503, -1);
            case "/stranger" -> exchange.sendResponseHeaders(401, -1);
            default -> {
                byte[] response = (exchange.getRequestHeaders().getFirst("Authorization") + ' '
                        + exchange.getRequestHeaders().getFirst(PeerClient.REPLICA_HEADER)).getBytes(UTF_8);
                exchange.sendResponseHeaders(200, response.length);
                exchange.getResponseBody().write(response);
            }
        }
        exchange.close();
    }

    private void await() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<InstanceResponse> get(String path, Duration limit) {
        return client.get(peer, path, "active", "request-1", limit);
    }

    @Test
    void get_answered_carriesSecretAndCopy() {
        InstanceResponse reply = get("/x", LONG).orElseThrow();

        assertEquals("Bearer known-to-all-instances active", new String(reply.body(), UTF_8));
    }

    @Test
    void get_bodyStopsHalfWay_endsAtTheLimit() {
        long began = System.nanoTime();

        assertEquals(Optional.empty(), get("/half", SHORT));

        assertTrue(System.nanoTime() - began < LONG.toNanos(), "it does not wait for the body");
    }

    @Test
    void get_oneSlowRequest_doesNotMakeThePeerUnreachable() {
        assertEquals(Optional.empty(), get("/silent", SHORT));

        assertTrue(get("/x", LONG).isPresent());
    }

    @Test
    void get_repeatedlySilent_isSkippedForAMoment() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.empty(), get("/silent", SHORT));
        }

        assertEquals(Optional.empty(), get("/x", LONG));
        assertEquals(3, asked.get());
        assertEquals(1, registry.get("peer.requests").tag("outcome", "skipped").counter().count());
    }

    @Test
    void get_503_isAnAnswerOnlyIfItIsFinal() {
        assertEquals(Optional.empty(), get("/moving", LONG));

        InstanceResponse last = get("/final", LONG).orElseThrow();

        assertEquals(503, last.status());
        assertEquals(Optional.of("5"), last.retryAfter());
    }

    @Test
    void get_otherSecretOrNoListener_isSkippedForAMoment() throws IOException {
        assertEquals(Optional.empty(), get("/stranger", LONG));
        assertEquals(Optional.empty(), get("/x", LONG));
        assertEquals(1, asked.get());

        Peer closed;
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = new Peer("127.0.0.1", unused.getLocalPort());
        }
        assertEquals(Optional.empty(), client.get(closed, "/x", "active", "request-1", LONG));
        assertEquals(Optional.empty(), client.get(closed, "/x", "active", "request-1", LONG));
        assertEquals(2, registry.get("peer.requests").tag("outcome", "skipped").counter().count());
    }

    /// A peer that stops may close an idle connection while a request is on its way.
    @Test
    void get_connectionClosedUnderTheRequest_isAnsweredOnAnother() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Peer closing = new Peer("127.0.0.1", listening.getLocalPort());
            Future<?> served = executor.submit(() -> {
                try (Socket first = listening.accept()) {
                    respond(first);
                    readHead(first);
                }
                try (Socket second = listening.accept()) {
                    respond(second);
                }
                return null;
            });

            assertTrue(client.get(closing, "/x", "active", "request-1", LONG).isPresent());
            assertTrue(client.get(closing, "/x", "active", "request-2", LONG).isPresent());
            served.get(20, TimeUnit.SECONDS);
        }
        assertEquals(2, registry.get("peer.requests").tag("outcome", "answered").counter().count());
    }

    private static void respond(Socket socket) throws IOException {
        readHead(socket);
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
    }

    private static void readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
    }

    @Test
    void peer_withAnAddressOfColons_isWrittenInBrackets() {
        assertEquals("[fd00::1]:8081", new Peer("fd00::1", 8081).toString());
    }
}
