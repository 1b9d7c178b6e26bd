package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.javalin.config.RoutesConfig;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;

/// Clients that need no key for their answers. If they do not read them, their connections have a request, so they do
/// not count as idle, and no other client can get their place. If they read them and send the next requests before,
/// they must not occupy the thread that serves all connections.
@Timeout(60)
class SlowRefusalsTest {

    /// Shorter than the idle timeout, which ends such a connection too if the client reads nothing at all.
    private static final Duration SOON = Duration.ofSeconds(20);

    /// Their answers are more than the buffers of a connection hold.
    private static final int REQUESTS = 1_000;

    private final AtomicInteger cut = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final TestServer server = new TestServer(
            new AnswerBudget(1 << 20, new CutCounter(), Duration.ofMillis(500)), this::admit,
            List.of(new RefusingStreams()), new SheddingRoutes());

    private final class CutCounter implements AnswerBudget.AnswerMeter {
        @Override
        public void bytes(AtomicLong held) {}

        @Override
        public void refused() {}

        @Override
        public void clientCut() {
            cut.incrementAndGet();
        }
    }

    private Gate.Verdict admit(Request request, Optional<Route> route) {
        threads.add(Thread.currentThread());
        return Request.getPathInContext(request).equals("/refused")
                ? new Gate.Refused(Problem.of(401, "unauthorized", "Key required", "Send a key."), Map.of())
                : Gate.Verdict.ADMITTED;
    }

    private static final class SheddingRoutes implements Routes {
        @Override
        public void addTo(RoutesConfig routes) {
            routes.get("/x", ctx -> ctx.result("x"), Access.OPEN);
        }

        @Override
        public Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
            return path.equals("/shed")
                    ? Optional.of(Problem.overloaded("Busy.", Duration.ofSeconds(1)))
                    : Optional.empty();
        }
    }

    private static final class RefusingStreams implements StreamingEndpoint {
        @Override
        public Set<String> templates() {
            return Set.of("/stream");
        }

        @Override
        public Access access() {
            return Access.OPEN;
        }

        @Override
        public Optional<String> routeTemplate(String path) {
            return path.equals("/stream") ? Optional.of(path) : Optional.empty();
        }

        @Override
        public void handle(StreamingExchange exchange) {
            exchange.sendProblem(Problem.overloaded("Full.", Duration.ofSeconds(1)));
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/refused", "/shed", "/stream", "/x?%zz", "/unknown"})
    void client_thatDoesNotReadRefusals_isCut(String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").repeat(REQUESTS)
                    .getBytes(ISO_8859_1));

            Await.until(SOON, "the connection is cut", () -> cut.get() > 0);
        }
        assertEquals(1, cut.get());
    }

    /// Jetty answers the next request of a connection on the same thread, if the one before was answered there. For a
    /// client that sends faster than the service answers, this never ends.
    @ParameterizedTest
    @ValueSource(strings = {"/refused", "/shed", "/stream", "/x?%zz"})
    void requests_sentWithoutWaiting_leaveTheSelectorThread(String path) throws IOException {
        int requests = 150;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").repeat(requests)
                    .getBytes(ISO_8859_1));
            socket.shutdownOutput();
            String answers = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertEquals(requests, answers.split("HTTP/1.1 [45]", -1).length - 1);
        }
        assertTrue(threads.size() > requests / 3, () -> threads.size() + " threads");
    }
}
