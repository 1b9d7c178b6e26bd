package com.fanfinity.analytics.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.peers.PeerSignature.SignedAnswer;

class PeerClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private static final Settings.Secret SECRET = new Settings.Secret("known-to-all-instances");
    private static final String FORGED = "<script>alert(document.domain)</script> forged";

    private final PeerClient client = client(new PeerHosts(List.of()));
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile @Nullable String replayed;
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
                answer(exchange, 503, "application/problem+json", "5", "{}");
            }
            case "/html" -> answer(exchange, 200, "text/html", "", FORGED);
            case "/redirect" -> answer(exchange, 302, "application/json", "", "{}");
            case "/unknown" -> answer(exchange, 404, "application/problem+json", "1; rm", "{}");
            case "/large" -> answer(exchange, 200, "application/json", "", " ".repeat((4 << 20) + 1));
            case "/rogue" -> {
                exchange.getRequestHeaders().forEach((name, values) -> received.add(name + ": " + values));
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(200, FORGED.length());
                exchange.getResponseBody().write(FORGED.getBytes(UTF_8));
            }
            case "/rogue-replays" -> {
                String first = exchange.getRequestHeaders().getFirst(PeerSignature.HEADER);
                if (replayed == null) {
                    replayed = first;
                }
                answer(exchange, replayed, 200, "application/json", "", "{}");
            }
            case "/moving" -> exchange.sendResponseHeaders(503, -1);
            case "/stranger" -> exchange.sendResponseHeaders(401, -1);
            default -> answer(exchange, 200, "application/json", "",
                    '"' + exchange.getRequestHeaders().getFirst(PeerClient.REPLICA_HEADER) + '"');
        }
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int status, String contentType, String retryAfter, String body)
            throws IOException {
        answer(exchange, exchange.getRequestHeaders().getFirst(PeerSignature.HEADER), status, contentType, retryAfter,
                body);
    }

    /// @param request the header of the request that the signature is for
    private static void answer(HttpExchange exchange, String request, int status, String contentType,
            String retryAfter, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        boolean isFinal = exchange.getResponseHeaders().containsKey(PeerClient.REPLICA_HEADER);
        exchange.getResponseHeaders().add("Content-Type", contentType);
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
        }
        exchange.getResponseHeaders().add(PeerSignature.HEADER,
                new SignedAnswer(request.split(" ", 3)[1], status, isFinal, contentType, retryAfter, bytes)
                        .header(SECRET));
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private PeerClient client(PeerHosts hosts) {
        return new PeerClient(SECRET, hosts, Clock.systemUTC(), new Random(1)::nextBytes,
                new Meters(registry).instance());
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
    void get_answered_carriesTheReplica() {
        InstanceResponse reply = get("/x", LONG).orElseThrow();

        assertEquals("\"active\"", new String(reply.body(), UTF_8));
    }

    /// A program that joined the group in Kafka and is not an instance.
    @Test
    void get_rogueMember_learnsNoSecretAndItsAnswerIsNotUsed() {
        assertEquals(Optional.empty(), get("/rogue", LONG));

        assertFalse(received.isEmpty());
        assertFalse(received.toString().contains(SECRET.value()), received::toString);
        assertEquals(1, registry.get("peer.requests").tag("outcome", "refused").counter().count());
    }

    @Test
    void get_answerOfAnEarlierRequest_isNotUsed() {
        assertTrue(get("/rogue-replays", LONG).isPresent());

        assertEquals(Optional.empty(), get("/rogue-replays", LONG));
    }

    @Test
    void get_signedButNotAsInstancesAnswer_isNotUsed() {
        for (String path : List.of("/html", "/redirect", "/large")) {
            try (PeerClient other = client(new PeerHosts(List.of()))) {
                assertEquals(Optional.empty(), other.get(peer, path, "active", "request-1", LONG), path);
            }
        }
    }

    @Test
    void get_retryAfterThatIsNoNumber_isDropped() {
        assertEquals(Optional.empty(), get("/unknown", LONG).orElseThrow().retryAfter());
    }

    @Test
    void get_hostThatIsNotAllowed_isNotAsked() {
        try (PeerClient other = client(new PeerHosts(List.of("streams.example", "127.0.0.2")))) {
            assertEquals(Optional.empty(), other.get(peer, "/x", "active", "request-1", LONG));
        }

        assertEquals(0, asked.get());
        assertEquals(1, registry.get("peer.requests").tag("outcome", "not_allowed").counter().count());
    }

    @Test
    void allows_onlyNamesAtOrBelowASuffix() {
        PeerHosts hosts = new PeerHosts(List.of("streams.Example", "10.0.0.1"));

        assertTrue(hosts.allows("pod-1.STREAMS.example") && hosts.allows("streams.example")
                && hosts.allows("10.0.0.1"));
        assertFalse(hosts.allows("evilstreams.example") || hosts.allows("streams.example.evil")
                || hosts.allows("110.0.0.1"));
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
        assertEquals(Optional.of(Duration.ofSeconds(5)), last.retryAfter());
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
        Matcher nonce = Pattern.compile("(?i)" + PeerSignature.HEADER + ": \\d+ (\\S+)").matcher(readHead(socket));
        assertTrue(nonce.find());
        String signature = new SignedAnswer(nonce.group(1), 200, false, "application/json", "", new byte[0])
                .header(SECRET);
        socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: application/json\r\n"
                + PeerSignature.HEADER + ": " + signature + "\r\n\r\n").getBytes(UTF_8));
    }

    private static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        return head.toString();
    }

    @Test
    void peer_withAnAddressOfColons_isWrittenInBrackets() {
        assertEquals("[fd00::1]:8081", new Peer("fd00::1", 8081).toString());
    }
}
