package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;

class OperatorsListenerTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration BEFORE_THE_CUT = Duration.ofSeconds(7);
    private static final int BUSY = 2 * Runtime.getRuntime().availableProcessors();

    /// The requests of clients use all threads that carry virtual threads, and wait for none of them.
    @Test
    void get_whileRequestsOfClientsUseAllCarriers_isAnswered() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger running = new AtomicInteger();
        Routes burning = config -> config.get("/burn", _ -> {
            running.incrementAndGet();
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        Routes health = config -> config.get("/health/live", ctx -> ctx.result("up"));
        ListenerOptions options = ListenerOptions
                .operatorsListener(new Settings.Edge(Optional.empty(), Set.of(), Set.of()), "", 8);
        try (TestServer clients = new TestServer(burning);
                TestServer operators = new TestServer(options, List.of(), health);
                ExecutorService executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            HttpRequest.Builder burn = clients.request("/burn");
            List<Future<?>> requests = new ArrayList<>();
            for (int i = 0; i < BUSY; i++) {
                requests.add(executor.submit(() -> clients.send(burn.copy())));
            }
            try {
                Await.until(SOON, "the carriers are busy",
                        () -> running.get() >= Runtime.getRuntime().availableProcessors());

                assertTimeoutPreemptively(SOON,
                        () -> assertEquals(200, rawStatus(operators)));
            } finally {
                over.set(true);
            }
            for (Future<?> request : requests) {
                request.get();
            }
        }
    }

    /// Each of these clients keeps the thread of its request until it is cut.
    @Test
    void get_whileOtherRequestsAreReadSlowly_isAnswered() throws Exception {
        AtomicInteger writing = new AtomicInteger();
        Routes large = config -> config.get("/large", ctx -> {
            writing.incrementAndGet();
            ctx.result(new byte[2 << 20]);
        });
        Routes health = config -> config.get("/health/live", ctx -> ctx.result("up"));
        ListenerOptions options = ListenerOptions
                .operatorsListener(new Settings.Edge(Optional.empty(), Set.of(), Set.of()), "", 8);
        List<Socket> silent = new ArrayList<>();
        try (TestServer operators = new TestServer(options, List.of(), large, health)) {
            for (int i = 0; i < 12; i++) {
                Socket socket = new Socket();
                silent.add(socket);
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), operators.port()));
                socket.getOutputStream().write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            }
            Await.until(SOON, "the first answers are written", () -> writing.get() >= 5);

            assertTimeoutPreemptively(BEFORE_THE_CUT, () -> assertEquals(200, rawStatus(operators)));
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /// Without an HTTP client, which may use virtual threads itself.
    private static int rawStatus(TestServer server) throws Exception {
        String answer = server.raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }
}
