package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Jwt.KeySetUrl;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.Jwks.JwksException;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.SelfSigned;

/// Key sets from an https server with a certificate of its own.
@Timeout(60)
class JwksDownloadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path directory = Path.of("");

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicLong nanos = new AtomicLong();
    private Optional<HttpsServer> server = Optional.empty();
    private Optional<SelfSigned> certificate = Optional.empty();
    private volatile HttpHandler answer = exchange -> answer(exchange, 200, TestTokens.jwks(TestTokens.EC));

    @BeforeEach
    void start() throws Exception {
        SelfSigned own = SelfSigned.create(directory);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(own)));
        https.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        https.createContext("/", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                answer.handle(exchange);
            }
        });
        https.start();
        certificate = Optional.of(own);
        server = Optional.of(https);
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.orElseThrow().stop(0);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private JwksDownload download(Duration timeout) throws Exception {
        SelfSigned own = certificate.orElseThrow();
        return new JwksDownload(location(), timeout,
                HttpClient.newBuilder().sslContext(SelfSigned.context(own, own)));
    }

    private KeySetUrl location() {
        return new KeySetUrl(URI.create("https://localhost:" + server.orElseThrow().getAddress().getPort() + "/keys"),
                Duration.ofMinutes(5));
    }

    private <T extends Exception> String failure(Class<T> kind, HttpHandler handler) throws Exception {
        answer = handler;
        try (JwksDownload download = download(PATIENCE)) {
            return String.valueOf(assertThrows(kind, download::read).getMessage());
        }
    }

    @Test
    void read_returnsTheBody() throws Exception {
        try (JwksDownload download = download(PATIENCE)) {
            assertArrayEquals(TestTokens.jwks(TestTokens.EC), download.read());
        }
    }

    @Test
    void read_otherStatus_isAFaultAndRedirectsAreNotFollowed() throws Exception {
        for (int status : new int[]{301, 302, 307, 308}) {
            assertEquals("was answered with the status " + status, failure(JwksException.class, exchange -> {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
                answer(exchange, status, new byte[0]);
            }));
        }
        assertEquals(4, requests.get());
        assertEquals("was answered with the status 500",
                failure(JwksException.class, exchange -> answer(exchange, 500, "{\"keys\":[]}".getBytes(UTF_8))));
        assertEquals("was answered with the status 204",
                failure(JwksException.class, exchange -> answer(exchange, 204, new byte[0])));
    }

    @Test
    void read_bodyBeyondTheBound_isRefusedWithAndWithoutALength() throws Exception {
        byte[] most = new byte[Jwks.MAX_BYTES];
        answer = exchange -> answer(exchange, 200, most);
        try (JwksDownload download = download(PATIENCE)) {
            assertArrayEquals(most, download.read());
        }
        byte[] more = new byte[Jwks.MAX_BYTES + 1];
        failure(IOException.class, exchange -> answer(exchange, 200, more));
        failure(IOException.class, exchange -> {
            exchange.sendResponseHeaders(200, 0); // in chunks
            exchange.getResponseBody().write(more);
        });
    }

    @Test
    void read_serverThatStallsInTheBody_endsAtTheTimeout() throws Exception {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await();
        };
        try (JwksDownload download = download(Duration.ofMillis(500))) {
            assertThrows(IOException.class, download::read);
        }
        assertEquals(1, requests.get());
    }

    private void await() {
        try {
            released.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void read_certificateThatIsNotTrusted_isRefused() throws Exception {
        try (JwksDownload download = new JwksDownload(location())) {
            assertThrows(IOException.class, download::read);
        }
        assertEquals(0, requests.get());
    }

    @Test
    void read_certificateOfAnotherName_isRefused() throws Exception {
        SelfSigned own = certificate.orElseThrow();
        KeySetUrl byNumber = new KeySetUrl(URI.create(location().url().toString().replace("localhost", "127.0.0.2")),
                Duration.ofMinutes(5));
        try (JwksDownload download = new JwksDownload(byNumber, PATIENCE,
                HttpClient.newBuilder().sslContext(SelfSigned.context(own, own)))) {
            assertThrows(IOException.class, download::read);
        }
        assertEquals(0, requests.get());
    }

    /// A token of a new key is refused, and accepted after the key is read. No check waits for that.
    @Test
    void rotation_isFollowedInTheBackground() throws Exception {
        var meters = new Meters(new SimpleMeterRegistry()).security();
        String token = TestTokens.token(TestTokens.RSA, TestTokens.claims(Instant.now()));
        try (JwksWatch watch = new JwksWatch(download(PATIENCE), nanos::get, meters)) {
            JwtVerifier verifier = new JwtVerifier(TestTokens.SETTINGS, watch, Clock.systemUTC(), System::nanoTime);
            watch.read();
            Await.until(PATIENCE, "the set is read", () -> watch.current().size() == 1);
            assertFalse(isValid(verifier, token));

            answer = exchange -> {
                await();
                answer(exchange, 200, TestTokens.jwks(TestTokens.EC, TestTokens.RSA));
            };
            nanos.addAndGet(JwksWatch.MIN_GAP.toNanos());
            watch.tick();
            Await.until(PATIENCE, "the issuer is asked again", () -> requests.get() == 2);
            assertFalse(isValid(verifier, token), "while the issuer stalls");
            nanos.addAndGet(JwksWatch.MIN_GAP.toNanos());
            watch.tick();
            released.countDown();
            Await.until(PATIENCE, "the new set is read", () -> watch.current().size() == 2);

            assertTrue(isValid(verifier, token));
            assertEquals(2, requests.get(), "one read at a time");
            assertEquals("", watch.fault());
        }
    }

    private static boolean isValid(JwtVerifier verifier, String token) {
        return verifier.verify(token) instanceof ApiKeys.Valid;
    }
}
