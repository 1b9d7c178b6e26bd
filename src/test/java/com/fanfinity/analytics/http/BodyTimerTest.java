package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.javalin.config.RoutesConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;

class BodyTimerTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LIMIT = 100_000;
    private static final String HEAD = "POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

    /// Like the normal pace, but 20 times as fast, and with a shorter minimum.
    private static final BodyTimer.Pace QUICK = new BodyTimer.Pace(Duration.ofMillis(250), 50, 4);

    private final AtomicInteger reading = new AtomicInteger();
    private final TestServer server = new TestServer(this::routes);
    private final ScheduledThreadPoolExecutor sender = new ScheduledThreadPoolExecutor(1);

    private void routes(RoutesConfig routes) {
        routes.post("/body", ctx -> {
            reading.incrementAndGet();
            try {
                ctx.result("" + RequestBody.read(ctx, LIMIT, QUICK, _ -> {}).length);
            } finally {
                reading.decrementAndGet();
            }
        });
    }

    @AfterEach
    void close() {
        sender.shutdownNow();
        server.close();
    }

    @Test
    void body_thatStalls_is408AndItsThreadIsFree() throws IOException {
        try (Socket socket = connected(HEAD + "Content-Length: 90\r\n\r\nx")) {
            String answer = answer(socket);

            assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
        Await.until(SOON, "no thread reads", () -> reading.get() == 0);
    }

    /// Bytes that are no part of the body restart the idle timeout of the connection.
    @Test
    void body_ofEndlessChunkExtension_is408() throws IOException {
        try (Socket socket = connected(HEAD + "Transfer-Encoding: chunked\r\n\r\n1;")) {
            sendRepeatedly(socket, "x");

            assertTrue(answer(socket).startsWith("HTTP/1.1 408 "));
        }
    }

    @Test
    void body_belowTheMinimumRate_is408() throws IOException {
        try (Socket socket = connected(HEAD + "Content-Length: 90000\r\n\r\n")) {
            sendRepeatedly(socket, "x");

            assertTrue(answer(socket).startsWith("HTTP/1.1 408 "));
        }
    }

    /// It keeps the minimum rate, and is never complete.
    @Test
    void body_longerThanTheWholeTime_is408() throws IOException {
        long started = System.nanoTime();
        try (Socket socket = connected(HEAD + "Content-Length: 90000\r\n\r\n")) {
            sendRepeatedly(socket, "x".repeat(50));

            assertTrue(answer(socket).startsWith("HTTP/1.1 408 "));
        }
        assertTrue(System.nanoTime() - started >= QUICK.period().multipliedBy(4).toNanos());
    }

    @Test
    void body_inTwoParts_isRead() throws IOException {
        try (Socket socket = connected(HEAD + "Content-Length: 4\r\n\r\nab")) {
            Await.until(SOON, "the server waits for the rest", () -> reading.get() == 1);
            socket.getOutputStream().write("cd".getBytes(ISO_8859_1));

            assertTrue(answer(socket).endsWith("\r\n\r\n4"));
        }
    }

    @Test
    void normalPace_isThatOfTheDocumentation() {
        BodyTimer.Pace normal = BodyTimer.Pace.NORMAL;

        assertEquals(Duration.ofSeconds(5), normal.period());
        assertEquals(1_024, normal.minBytes() / normal.period().toSeconds());
        assertEquals(Duration.ofSeconds(20), normal.period().multipliedBy(normal.periods()));
    }

    private Socket connected(String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        return socket;
    }

    private void sendRepeatedly(Socket socket, String bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        var _ = sender.scheduleAtFixedRate(() -> write(out, bytes), 0, 40, TimeUnit.MILLISECONDS);
    }

    /// The server closes the connection at some time. The executor then stops the repetition.
    private static void write(OutputStream out, String bytes) {
        try {
            out.write(bytes.getBytes(ISO_8859_1));
        } catch (IOException e) {
            throw new IllegalStateException("the connection is closed", e);
        }
    }

    /// All that the server sends, also if it then resets the connection because of unread bytes.
    private static String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        try {
            for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
                answer.append((char) b);
            }
        } catch (java.net.SocketException _) {
            // reset: the answer has arrived before
        }
        return answer.toString();
    }
}
