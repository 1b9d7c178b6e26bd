package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.javalin.config.RoutesConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

/// Clients that do not read their answers.
class AnswerBudgetTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    /// More than the buffers of a connection hold.
    private static final int LARGE = 24 << 20;
    private static final int BUDGET = 30 << 20;
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final CountingMeter meter = new CountingMeter();
    private final AtomicInteger held = new AtomicInteger();
    private TestServer server = server(NEVER);

    private static final class CountingMeter implements AnswerBudget.AnswerMeter {
        private AtomicLong bytes = new AtomicLong();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger cut = new AtomicInteger();

        @Override
        public void bytes(AtomicLong answers) {
            bytes = answers;
        }

        @Override
        public void refused() {
            refused.incrementAndGet();
        }

        @Override
        public void clientCut() {
            cut.incrementAndGet();
        }
    }

    private TestServer server(Duration patience) {
        return new TestServer(new AnswerBudget(BUDGET, meter, patience), this::routes);
    }

    private void routes(RoutesConfig routes) {
        routes.get("/large", ctx -> {
            held.incrementAndGet();
            OpenAnswer.of(ctx).whenSent(held::decrementAndGet);
            ctx.header("Cache-Control", "max-age=60").result(new byte[LARGE]);
        });
        routes.get("/small", ctx -> ctx.result(new byte[AnswerBudget.NEVER_REFUSED]));
        routes.get("/fails", ctx -> {
            held.incrementAndGet();
            OpenAnswer.of(ctx).whenSent(held::decrementAndGet);
            throw new IllegalStateException("simulated");
        });
        routes.get("/reserves", ctx -> {
            OpenAnswer.of(ctx).reserve(LARGE);
            ctx.result("done");
        });
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answer_notRead_keepsItsBytesAndPermitsUntilItIsRead() throws IOException {
        try (Socket silent = asking("/large")) {
            assertEquals('H', silent.getInputStream().read());

            assertEquals(1, held.get());
            assertEquals(LARGE, meter.bytes.get());
            readAll(silent);
        }
        Await.until(SOON, "everything is released", () -> held.get() == 0 && meter.bytes.get() == 0);
    }

    @Test
    void answers_beyondTheBudget_are503UntilOneIsRead() throws IOException {
        try (Socket silent = asking("/large")) {
            assertEquals('H', silent.getInputStream().read());

            Reply refused = server.get("/large");

            assertEquals(503, refused.status());
            assertFalse(refused.header("Retry-After").isEmpty());
            assertEquals("no-store", refused.header("Cache-Control"));
            assertEquals("urn:fanfinity:problem:overloaded", refused.json().get("type").asText());
            assertEquals(1, meter.refused.get());
            assertEquals(200, server.get("/small").status(), "a small answer is never refused");
            assertEquals(503, server.get("/reserves").status());
            readAll(silent);
        }
        Await.until(SOON, "room", () -> meter.bytes.get() == 0);
        assertEquals(200, server.get("/large").status());
    }

    @Test
    void answer_whoseClientDisconnects_isReleased() throws IOException {
        try (Socket silent = asking("/large")) {
            assertEquals('H', silent.getInputStream().read());
        }
        Await.until(SOON, "everything is released", () -> held.get() == 0 && meter.bytes.get() == 0);
    }

    @Test
    void anyAnswer_isReleased() {
        for (String path : java.util.List.of("/small", "/fails", "/nothing", "/reserves", "/large")) {
            server.get(path);
        }
        Await.until(SOON, "everything is released", () -> held.get() == 0 && meter.bytes.get() == 0);
    }

    @Test
    void client_thatReadsNothing_isCut() throws IOException {
        server.close();
        server = server(Duration.ofMillis(500));
        try (Socket _ = asking("/large")) {
            Await.until(SOON, "the connection is cut", () -> meter.cut.get() == 1);
            Await.until(SOON, "everything is released", () -> held.get() == 0 && meter.bytes.get() == 0);
        }
    }

    /// It reads in small pieces, but more than 1 KiB/s.
    @Test
    void client_thatReadsFastEnough_isNotCut() throws IOException {
        server.close();
        server = server(Duration.ofMillis(500));
        try (Socket slow = asking("/large")) {
            long started = System.nanoTime();
            byte[] piece = new byte[16 << 10];
            Await.until(SOON, "several times the patience", () -> {
                assertTrue(slow.getInputStream().read(piece) > 0);
                return System.nanoTime() - started > Duration.ofSeconds(2).toNanos();
            });
        }
        assertEquals(0, meter.cut.get());
    }

    @Test
    void pace_isMeasuredOverTheTimeInWhichWritesWait() {
        var pace = new MeasuredEndPoint.ReaderPace();
        long patience = Duration.ofSeconds(10).toNanos();
        long second = Duration.ofSeconds(1).toNanos();

        pace.beginWait(0, 0);
        assertFalse(pace.checkTooSlow(9 * second, 0, patience), "before the patience ends");
        assertFalse(pace.checkTooSlow(10 * second, 10_240, patience), "1 KiB/s");
        assertFalse(pace.checkTooSlow(19 * second, 10_240, patience), "a new measurement");
        assertTrue(pace.checkTooSlow(20 * second, 20_479, patience), "a byte less than 1 KiB/s");
    }

    /// Many small answers on one connection, each of which waits for less than the patience.
    @Test
    void pace_ofManyShortWaits_isTheirSum() {
        var pace = new MeasuredEndPoint.ReaderPace();
        long patience = Duration.ofSeconds(10).toNanos();
        long second = Duration.ofSeconds(1).toNanos();
        for (int i = 0; i < 5; i++) {
            pace.beginWait(100L * i * second, 200L * i);
            pace.endWait((100L * i + 2) * second);
        }
        pace.beginWait(1_000 * second, 1_000);

        assertTrue(pace.checkTooSlow(1_001 * second, 1_200, patience));
    }

    private Socket asking(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .getBytes(ISO_8859_1));
        return socket;
    }

    private static void readAll(Socket socket) throws IOException {
        assertTrue(socket.getInputStream().readAllBytes().length >= 1 << 20);
    }
}
