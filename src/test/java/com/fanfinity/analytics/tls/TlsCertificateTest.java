package com.fanfinity.analytics.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.ListenerOptions;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.stack.SelfSigned;

class TlsCertificateTest {

    private static final String LOOPBACK = "dns:localhost,ip:127.0.0.1";
    private static final String RSA = "-keyalg RSA -keysize 2048";
    private static final String EC = "-keyalg EC -groupname secp256r1";
    private static final int CONNECTIONS = 40;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path certificates = Path.of("");
    private static SelfSigned first;
    private static SelfSigned second;

    @TempDir
    private Path directory = Path.of("");

    private final AtomicInteger failures = new AtomicInteger();
    private volatile Instant expires = Instant.EPOCH;
    private Path certificateFile;
    private Path keyFile;
    private @Nullable HttpServer server;

    private final class Recorder implements TlsCertificate.Meter {
        @Override
        public void expires(Instant end) {
            expires = end;
        }

        @Override
        public void notReloaded() {
            failures.incrementAndGet();
        }
    }

    @BeforeAll
    static void create() throws Exception {
        first = SelfSigned.create(Files.createDirectory(certificates.resolve("first")), EC, LOOPBACK);
        second = SelfSigned.create(Files.createDirectory(certificates.resolve("second")), RSA, LOOPBACK);
    }

    @BeforeEach
    void copy() throws IOException {
        certificateFile = directory.resolve("tls.crt");
        keyFile = directory.resolve("tls.key");
        first.copyTo(certificateFile, keyFile);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private TlsCertificate serve() {
        TlsCertificate certificate = new TlsCertificate(new Settings.Tls(certificateFile, keyFile), new Recorder());
        ListenerOptions options = ListenerOptions.publicListener(
                new Settings.Edge(Optional.empty(), Set.of(), Set.of()), "", Optional.of(certificate));
        Routes routes = config -> config.get("/x", ctx -> ctx.result("x"));
        HttpServer started = new HttpServer(new Settings.Http("127.0.0.1", 0, CONNECTIONS, Duration.ofSeconds(75)),
                options, List.of(routes), List.of(), Optional.empty(), new EventIds(Clock.systemUTC(), () -> 1),
                (_, _, _, _, _) -> {}, new AnswerBudget(1 << 20, AnswerBudget.AnswerMeter.NONE), Duration.ofSeconds(1));
        server = started;
        started.start();
        return certificate;
    }

    private int port() {
        return Objects.requireNonNull(server).port();
    }

    private SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket) SelfSigned.context(first, first, second).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static BigInteger serial(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static BigInteger serial(SelfSigned of) throws Exception {
        return ((X509Certificate) of.keyStore().getCertificate("test")).getSerialNumber();
    }

    private static String get(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        String status = reader.readLine();
        int length = 0;
        for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
            length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
        }
        for (int i = 0; i < length; i++) {
            reader.read();
        }
        return status;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void get_overTls_isAnsweredWithHsts(boolean ec) throws Exception {
        SelfSigned own = ec ? first : second;
        own.copyTo(certificateFile, keyFile);
        serve();
        try (HttpClient client = HttpClient.newBuilder().sslContext(SelfSigned.context(own, own)).build()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port() + "/x")).timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertEquals(200, response.statusCode());
            assertEquals(Optional.of("max-age=31536000"),
                    response.headers().firstValue("Strict-Transport-Security"));
            assertTrue(response.sslSession().orElseThrow().getProtocol().matches("TLSv1\\.[23]"));
            assertEquals(HttpClient.Version.HTTP_1_1, response.version());
        }
        assertTrue(expires.isAfter(Instant.now()));
    }

    @Test
    void files_changed_newConnectionsUseThemAndOpenOnesContinue() throws Exception {
        TlsCertificate certificate = serve();
        try (SSLSocket open = connect()) {
            assertEquals("HTTP/1.1 200 OK", get(open));
            second.copyTo(certificateFile, keyFile);
            certificate.check();
            assertEquals("HTTP/1.1 200 OK", get(open));
            assertEquals(serial(first), serial(open));
        }
        try (SSLSocket fresh = connect()) {
            assertEquals("HTTP/1.1 200 OK", get(fresh));
            assertEquals(serial(second), serial(fresh));
        }
        assertEquals(0, failures.get());
    }

    @Test
    void files_broken_keepTheLastCertificateAndAreCounted() throws Exception {
        TlsCertificate certificate = serve();
        String good = Files.readString(certificateFile);
        for (String broken : List.of("", "x", good.replace("MII", "!!!"))) {
            Files.writeString(certificateFile, broken);
            certificate.check();
        }
        Files.delete(certificateFile);
        certificate.check();
        Files.copy(second.certificate(), certificateFile); // with the key of the first
        certificate.check();

        try (SSLSocket socket = connect()) {
            assertEquals("HTTP/1.1 200 OK", get(socket));
            assertEquals(serial(first), serial(socket));
        }
        assertEquals(5, failures.get());
        second.copyTo(certificateFile, keyFile);
        certificate.check();
        try (SSLSocket socket = connect()) {
            assertEquals("HTTP/1.1 200 OK", get(socket));
            assertEquals(serial(second), serial(socket));
        }
    }

    @Test
    void start_withBrokenFiles_isRefused() throws Exception {
        Files.writeString(keyFile, SelfSigned.pem("RSA PRIVATE KEY", new byte[]{1}));

        assertThrows(IllegalStateException.class, this::serve);
    }

    @Test
    void files_swapped50TimesUnderLoad_noRequestFails() throws Exception {
        TlsCertificate certificate = serve();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(executor.submit(() -> requests(over)));
            }
            for (int i = 0; i < 50; i++) {
                (i % 2 == 0 ? second : first).copyTo(certificateFile, keyFile);
                certificate.check();
            }
            over.set(true);
            for (Future<Integer> client : clients) {
                assertTrue(client.get() > 0);
            }
        }
        assertEquals(0, failures.get());
    }

    private int requests(AtomicBoolean over) throws Exception {
        int count = 0;
        while (!over.get() || count == 0) {
            try (SSLSocket socket = connect()) {
                assertEquals("HTTP/1.1 200 OK", get(socket));
                assertEquals("HTTP/1.1 200 OK", get(socket));
                count++;
            }
        }
        return count;
    }

    @Test
    void connections_overTls_countOnceAgainstTheLimit() throws Exception {
        serve();
        List<SSLSocket> open = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS - 2; i++) {
            SSLSocket socket = connect();
            open.add(socket);
            assertEquals("HTTP/1.1 200 OK", get(socket));
        }
        for (SSLSocket socket : open) {
            socket.close();
        }
    }

    @Test
    void plainHttp_onTheTlsPort_endsTheConnectionOnly() throws Exception {
        serve();
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port())) {
            plain.setSoTimeout((int) LIMIT.toMillis());
            plain.getOutputStream().write("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            plain.getInputStream().readAllBytes();
        }
        try (SSLSocket socket = connect()) {
            assertEquals("HTTP/1.1 200 OK", get(socket));
        }
    }
}
