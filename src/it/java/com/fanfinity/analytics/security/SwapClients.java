package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import com.fasterxml.jackson.databind.ObjectMapper;

/// Clients of a service whose keys and certificates change. They accept every certificate, and note each failure.
final class SwapClients implements AutoCloseable {

    /// A key that is never removed.
    static final String STEADY = TestKeys.key("steady", 1);

    private static final String MATCH = "swaps";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int KEEP_ALIVE_SENDERS = 4;
    private static final int STREAMS = 8;
    private static final int MOST_FAILURES = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI service;
    private final HttpClient http;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<Certificate> certificates = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong handshakes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger sending = new AtomicInteger();
    private volatile String turning;
    private volatile boolean paused;
    private volatile boolean stopped;

    /// @param url of the service, whose scheme does not count
    SwapClients(String url, String turning) throws GeneralSecurityException {
        this.service = URI.create(url.replace("http://", "https://"));
        this.turning = turning;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context())
                .connectTimeout(LIMIT).executor(executor).build();
    }

    private static SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustAll()}, null);
        return context;
    }

    /// Senders on connections that stay open, senders with a connection for each event, and streams.
    void start() {
        for (int i = 0; i < KEEP_ALIVE_SENDERS; i++) {
            Supplier<String> key = i % 2 == 0 ? () -> STEADY : () -> turning;
            executor.execute(() -> repeat(() -> postKeptAlive(key.get())));
        }
        executor.execute(() -> repeat(() -> postOnce("steady", STEADY, 1)));
        executor.execute(() -> repeat(() -> postOnce("turning", turning, 2)));
        for (int i = 0; i < STREAMS; i++) {
            int number = i;
            executor.execute(() -> follow(number));
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException, GeneralSecurityException;
    }

    private void repeat(Step step) {
        while (!stopped) {
            sending.incrementAndGet();
            try {
                if (!paused) {
                    step.run();
                }
            } catch (IOException | GeneralSecurityException e) {
                failed(e.toString());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                sending.decrementAndGet();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void failed(String failure) {
        if (!stopped && failures.size() < MOST_FAILURES) {
            failures.add(Instant.now() + " " + failure);
        }
    }

    private static String event() {
        return "{\"matchId\":\"" + MATCH + "\",\"eventType\":\"share\",\"timestamp\":\"" + Instant.now() + "\"}";
    }

    private void postKeptAlive(String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/api/events")).timeout(LIMIT)
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString(event())).build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() == 202) {
            accepted.incrementAndGet();
        } else {
            failed(response.statusCode() + " " + response.body());
        }
    }

    private void postOnce(String name, String key, int source) throws IOException, GeneralSecurityException {
        int status = statusOfOnePost(key, source);
        if (status != 202) {
            failed("a new connection with the key " + name + " got " + status);
        }
    }

    /// Sends one event on a connection of its own, and notes the certificate.
    private int statusOfOnePost(String key, int source) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect(source)) {
            byte[] body = event().getBytes(UTF_8);
            socket.getOutputStream().write(("POST /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nX-API-Key: " + key + "\r\nContent-Length: " + body.length
                    + "\r\n\r\n" + new String(body, UTF_8)).getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            int status = answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
            if (status == 202) {
                accepted.incrementAndGet();
            }
            return status;
        }
    }

    private SSLSocket connect(int source) throws IOException, GeneralSecurityException {
        Socket plain = new Socket();
        plain.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.9." + (1 + source % 250)), 0));
        plain.setSoTimeout((int) LIMIT.toMillis());
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.getPort()),
                (int) LIMIT.toMillis());
        // A context of its own, so that no session is resumed and the server shows its certificate.
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, "localhost",
                service.getPort(), true);
        socket.startHandshake();
        handshakes.incrementAndGet();
        certificates.add(socket.getSession().getPeerCertificates()[0]);
        return socket;
    }

    /// Whether new connections get the certificate.
    boolean shows(Certificate certificate) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect(0)) {
            return socket.getSession().getPeerCertificates()[0].equals(certificate);
        }
    }

    /// Streams with the steady key and without one must never end.
    private void follow(int number) {
        try (BufferedReader lines = open(number % 2 == 0 ? "" : STEADY)) {
            openStreams.incrementAndGet();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                messages.addAndGet(line.startsWith("event: metrics") ? 1 : 0);
            }
            failed("stream " + number + " has ended");
        } catch (IOException e) {
            failed("stream " + number + ": " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private BufferedReader open(String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve("/api/matches/" + MATCH + "/stream"));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("a stream got " + response.statusCode());
        }
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    /// Uses another secret of the rotated key from now on.
    void turnTo(String key) {
        turning = key;
    }

    /// A client whose key will be removed.
    Sender sender(int number, String key) {
        return new Sender(number, key);
    }

    /// One client with a key that is removed, and its stream. After {@link #mayBeRefused} a refusal is no failure.
    final class Sender implements AutoCloseable {
        private final int number;
        private final AtomicInteger taken = new AtomicInteger();
        private volatile boolean mayBeRefused;
        private volatile boolean isRefused;
        private volatile boolean isStreaming;
        private volatile boolean hasStreamEnded;
        private volatile boolean ended;

        private Sender(int number, String key) {
            this.number = number;
            executor.execute(() -> send(key));
            executor.execute(() -> follow(key));
        }

        private void send(String key) {
            while (!ended && !isRefused) {
                try {
                    // An address may send ten invalid keys a minute.
                    int status = statusOfOnePost(key, 10 + number);
                    if (status == 202) {
                        taken.incrementAndGet();
                    } else if (status == 401 && mayBeRefused) {
                        refused.incrementAndGet();
                        isRefused = true;
                    } else {
                        failed("the passing key " + number + " got " + status);
                    }
                } catch (IOException | GeneralSecurityException e) {
                    failed("the passing key " + number + ": " + e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }

        private void follow(String key) {
            try (BufferedReader lines = open(key)) {
                isStreaming = true;
                while (lines.readLine() != null) {
                    // until the service ends it
                }
                if (!mayBeRefused) {
                    failed("the stream of the passing key " + number + " has ended early");
                }
                hasStreamEnded = true;
            } catch (IOException e) {
                failed("the stream of the passing key " + number + ": " + e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        /// Whether it has sent an event, and follows its stream.
        boolean isInUse() {
            return taken.get() > 0 && isStreaming;
        }

        void mayBeRefused() {
            mayBeRefused = true;
        }

        boolean isRefused() {
            return isRefused && hasStreamEnded;
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    /// Stops sending, and compares the events that were accepted with those that are counted.
    boolean pauseAndCompare() throws IOException, InterruptedException {
        paused = true;
        if (sending.get() > 0) {
            return false;
        }
        HttpResponse<String> metrics = http.send(HttpRequest.newBuilder(service.resolve("/api/matches/" + MATCH
                + "/metrics")).timeout(LIMIT).build(), BodyHandlers.ofString());
        long before = messages.get();
        return JSON.readTree(metrics.body()).path("totalEvents").asLong() == accepted.get()
                && openStreams.get() == STREAMS && before > 0;
    }

    List<String> failures() {
        return new ArrayList<>(failures);
    }

    /// The number of different certificates that new connections got.
    int certificates() {
        return certificates.size();
    }

    long accepted() {
        return accepted.get();
    }

    String summary() {
        return accepted + " events accepted and counted, " + handshakes + " handshakes with " + certificates()
                + " certificates, " + refused + " keys refused after their removal, " + messages + " messages on "
                + openStreams + " streams, " + failures.size() + " failures";
    }

    @Override
    public void close() {
        stopped = true;
        http.shutdownNow();
        executor.shutdownNow();
    }

    /// The test is about continuity, so each certificate will do.
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
