package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.javalin.config.RoutesConfig;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;

/// Bodies of refused requests, which arrive slowly, in parts, or never.
class SmallBodyTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration QUICK = Duration.ofMillis(300);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final AtomicInteger discarding = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();
    private final ScheduledThreadPoolExecutor sender = new ScheduledThreadPoolExecutor(1);

    private static final class Shedding implements Routes {
        @Override
        public void addTo(RoutesConfig routes) {
            routes.get("/x", ctx -> ctx.result("x"));
        }

        @Override
        public Optional<Problem> shedIfOverloaded(String method, String path, int queued) {
            return path.equals("/shed")
                    ? Optional.of(Problem.overloaded("Busy.", Duration.ofSeconds(1)))
                    : Optional.empty();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                discarding.incrementAndGet();
                Request.addCompletionListener(request, _ -> discarding.decrementAndGet());
                SmallBody.discard(request, response, callback, QUICK, () -> {
                    response.setStatus(401);
                    callback.succeeded();
                });
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        sender.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    @Test
    void body_thatArrives_isDiscardedAndTheConnectionReused() throws IOException {
        Socket socket = connect(connector.getLocalPort());
        for (int i = 0; i < 3; i++) {
            send(socket, head("/", 4) + "ab");
            Await.until(SOON, "the server waits for the rest", () -> discarding.get() == 1);
            send(socket, "cd");
            String answer = readHead(socket);

            assertTrue(answer.startsWith("http/1.1 401 "), answer);
            assertFalse(answer.contains("connection: close"), answer);
        }
    }

    /// Each byte restarts the idle timeout of the connection.
    @Test
    void body_thatTrickles_isAnsweredAtTheDeadlineAndTheConnectionCloses() throws IOException {
        Socket socket = connect(connector.getLocalPort());
        send(socket, head("/", 60_000));
        sendRepeatedly(socket, Duration.ofMillis(40));
        String answer = readToTheEnd(socket);

        assertTrue(answer.startsWith("http/1.1 401 "), answer);
        assertTrue(answer.contains("connection: close"), answer);
        Await.until(SOON, "no body is read", () -> discarding.get() == 0);
    }

    @Test
    void body_thatTheClientEnds_isNotAwaited() throws IOException {
        Socket socket = connect(connector.getLocalPort());
        send(socket, head("/", 100) + "a");
        Await.until(SOON, "the server waits for the rest", () -> discarding.get() == 1);
        socket.close();

        Await.until(SOON, "no body is read", () -> discarding.get() == 0);
    }

    /// The gate refuses one, and the other is shed because of overload. Both on the clients' port with its own time.
    @Test
    void body_ofARefusedRequest_hasADeadline() throws IOException {
        Gate gate = (request, _) -> Request.getPathInContext(request).equals("/refused")
                ? new Gate.Refused(Problem.of(401, "unauthorized", "Key required", "Send a key."), Map.of())
                : Gate.Verdict.ADMITTED;
        try (TestServer service = new TestServer(gate, List.of(), new Shedding())) {
            Socket refused = connect(service.port());
            Socket shed = connect(service.port());
            send(refused, head("/refused", 60_000));
            send(shed, head("/shed", 60_000));
            sendRepeatedly(refused, Duration.ofMillis(200));
            sendRepeatedly(shed, Duration.ofMillis(200));
            String ofRefused = readToTheEnd(refused);
            String ofShed = readToTheEnd(shed);

            assertTrue(ofRefused.startsWith("http/1.1 401 "), ofRefused);
            assertTrue(ofRefused.contains("connection: close"), ofRefused);
            assertTrue(ofShed.startsWith("http/1.1 503 "), ofShed);
            assertTrue(ofShed.contains("connection: close"), ofShed);
            assertEquals(2, service.metered().size(), service.metered()::toString);
        }
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static String head(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// The server closes the connection at some time. The executor then stops the repetition.
    private void sendRepeatedly(Socket socket, Duration every) {
        var _ = sender.scheduleAtFixedRate(() -> {
            try {
                send(socket, "x");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The head of an answer without a body, in lower case.
    private static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertTrue(next >= 0, () -> "closed after " + head);
            head.append((char) next);
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    /// All that the server sends, in lower case, also if it then resets the connection because of unread bytes.
    private static String readToTheEnd(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read(); next >= 0; next = socket.getInputStream().read()) {
                answer.append((char) next);
            }
        } catch (SocketException _) {
            // reset: the answer has arrived before
        }
        return answer.toString().toLowerCase(Locale.ROOT);
    }
}
