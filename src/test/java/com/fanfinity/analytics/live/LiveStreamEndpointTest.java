package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.Caller;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.EventStream;

/// The streams on a real server and real connections. The test adds the records.
class LiveStreamEndpointTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LIMIT = 3;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LiveMeters meters = new Meters(registry).live();
    private final FanOutPool fanOut = new FanOutPool(2);
    private final ChannelRegistry channels = new ChannelRegistry(Clock.systemUTC(), fanOut, meters);
    private final PendingBytes pending = new PendingBytes(64 << 20);
    private volatile StreamStatus current = StreamStatus.NONE;
    private final ViewerRegistry viewers = new ViewerRegistry(LIMIT, LIMIT, () -> current, pending);
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean loaded = true;
    private final AtomicInteger slowReads = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpServer server;
    private String url;

    @BeforeEach
    void start() {
        server = serve(viewers);
        url = "http://127.0.0.1:" + server.port();
    }

    private HttpServer serve(ViewerRegistry registered) {
        LiveStreamEndpoint streams = new LiveStreamEndpoint(channels, registered, (matchId, _, _) -> {
            if (matchId.equals("archived")) {
                return "{\"matchId\":\"archived\",\"source\":\"history\"}".getBytes(UTF_8);
            }
            if (matchId.equals("slow")) {
                slowReads.incrementAndGet();
                awaitRelease();
            }
            throw new ProblemException(Problem.notFound("No event of the match is known."));
        }, meters, () -> loaded);
        HttpServer started = new HttpServer(new Settings.Http("127.0.0.1", 0, 100, Duration.ofSeconds(75)), List.of(),
                List.of(streams), Gate.onlyFor(Access.READ),
                new EventIds(Clock.systemUTC(), () -> 1), (_, _, _, _, _) -> answers.incrementAndGet(),
                Duration.ofSeconds(1));
        started.start();
        return started;
    }

    @AfterEach
    void stop() {
        viewers.close();
        server.close();
        fanOut.close();
    }

    @Test
    void stream_knownMatch_sendsItsMetricsAtOnceAndThenEachChange() throws Exception {
        publishMetrics(1);
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            assertEquals(200, stream.status());
            assertEquals(Optional.of("text/event-stream"), stream.header("Content-Type"));
            assertEquals(Optional.of("no-store"), stream.header("Cache-Control"));
            assertTrue(stream.header("X-Request-Id").isPresent());
            stream.await("metrics", "{\"n\":1}"::equals, SOON);

            channels.addMoment("m-1", 0, 7, "{\"goal\":1}".getBytes(UTF_8), System.currentTimeMillis());
            channels.publishDue(100);
            assertEquals("0-8", stream.await("event", "{\"goal\":1}"::equals, SOON).id());

            publishMetrics(2);
            stream.await("metrics", "{\"n\":2}"::equals, SOON);
        }
    }

    @Test
    void streams_ofAKeyThatIsNoLongerValid_endAndOthersContinue() throws Exception {
        publishMetrics(1);
        try (EventStream ended = EventStream.open(url + "/api/matches/m-1/stream");
                EventStream other = EventStream.open(url + "/api/stream")) {
            ended.await("metrics", _ -> true, SOON);
            AtomicInteger seen = new AtomicInteger();

            viewers.endIf(caller -> caller.equals(Caller.TRUSTED) && seen.getAndIncrement() == 0);
            viewers.endIf(_ -> false);

            Await.until(SOON, "one of the streams ends", () -> viewers.count() == 1);
            assertTrue(ended.status() == 200 && other.status() == 200);
        }
    }

    @Test
    void stream_withLastEventId_sendsTheMissedMoments() throws Exception {
        publishMetrics(1);
        for (int offset = 1; offset <= 3; offset++) {
            channels.addMoment("m-1", 0, offset, ("{\"goal\":" + offset + "}").getBytes(UTF_8),
                    System.currentTimeMillis());
        }
        channels.publishDue(100);
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream", "0-2")) {
            stream.await("metrics", _ -> true, SOON);

            assertEquals(List.of("{\"goal\":2}", "{\"goal\":3}"),
                    stream.events("event").stream().map(EventStream.Event::data).toList());
        }
    }

    @Test
    void list_sendsAllMatchesAndThenTheChangedOnes() throws Exception {
        putListed();
        awaitListUpdate();
        try (EventStream stream = EventStream.open(url + "/api/stream")) {
            stream.await("matches", data -> data.contains("\"matches\":[{"), SOON);
            Await.until(SOON, "the list sends an update", () -> {
                putListed();
                channels.publishDue(100);
                return !stream.events("changed").isEmpty();
            });
        }
    }

    @Test
    void stream_unknownMatch_is404() throws Exception {
        try (EventStream stream = EventStream.open(url + "/api/matches/unknown-match/stream")) {
            assertEquals(404, stream.status());
            assertEquals(Optional.of("application/problem+json"), stream.header("Content-Type"));
        }
        assertEquals(0, viewers.count());
    }

    /// Attack: one address opens as many streams as it can of matches that take long to read.
    @Test
    void streams_ofOneAddressThatAwaitReads_leaveReadsToOthers() throws Exception {
        List<Socket> attacker = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                attacker.add(opening("slow", InetAddress.ofLiteral("127.0.0.2")));
            }
            Await.until(SOON, "its share is in use and the rest is refused",
                    () -> slowReads.get() == 16 && answers.get() == 48);
            try (Socket other = opening("archived", InetAddress.ofLiteral("127.0.0.3"))) {
                assertEquals("HTTP/1.1 200 OK", new BufferedReader(
                        new InputStreamReader(other.getInputStream(), UTF_8)).readLine());
            }
        } finally {
            released.countDown();
            for (Socket socket : attacker) {
                socket.close();
            }
        }
        Await.until(SOON, "all are answered", () -> answers.get() == 65);
    }

    private Socket opening(String match, InetAddress from) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port(), from, 0);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream().write(("GET /api/matches/" + match + "/stream HTTP/1.1\r\nHost: x\r\n\r\n")
                .getBytes(UTF_8));
        return socket;
    }

    private void awaitRelease() {
        try {
            assertTrue(released.await(SOON.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void stream_matchWithoutRecords_sendsTheMetricsThatAreRead() throws Exception {
        try (EventStream stream = EventStream.open(url + "/api/matches/archived/stream")) {
            stream.await("metrics", data -> data.contains("history"), SOON);
        }
    }

    @Test
    void stream_beforeTheTopicsAreRead_is503() throws Exception {
        loaded = false;
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            assertEquals(503, stream.status());
            assertEquals(Optional.of("1"), stream.header("Retry-After"));
        }
    }

    @Test
    void stream_beyondTheLimit_isRejectedUntilASlotIsFree() throws Exception {
        publishMetrics(1);
        EventStream first = EventStream.open(url + "/api/matches/m-1/stream");
        try (EventStream second = EventStream.open(url + "/api/stream");
                EventStream third = EventStream.open(url + "/api/stream")) {
            assertEquals(200, second.status());
            assertEquals(200, third.status());
            try (EventStream refused = EventStream.open(url + "/api/matches/m-1/stream")) {
                assertEquals(503, refused.status());
                assertTrue(refused.header("Retry-After").isPresent());
            }
            assertEquals(1, registry.get("live.viewers.refused").tag("reason", "instance").counter().count());

            first.close();
            // The server notices a closed connection at the next write.
            Await.until(SOON, "its slot is free", () -> {
                viewers.keepAlive(Frame.of(SseFrames.comment("x")), 0);
                return viewers.count() == 2;
            });
            assertEquals(1, registry.get("live.streams.ended").tag("reason", "gone").counter().count());
        }
    }

    @Test
    void viewer_thatDoesNotRead_hasNoQueueAndThenGetsTheNewestMetrics() throws Exception {
        byte[] padding = "x".repeat(10_000).getBytes(UTF_8);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4 << 10);
            publishMetrics(0);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.getOutputStream()
                    .write("GET /api/matches/m-1/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            Await.until(SOON, "the viewer is registered", () -> viewers.count() == 1);

            MatchChannel channel = channels.find("m-1").orElseThrow();
            int sent = 0;
            double before;
            do { // until the viewer's connection is full
                before = sentBytes();
                for (int n = 0; n < 50; n++) {
                    publishLarge(channel, ++sent, padding);
                }
            } while (settled() > before);
            for (int n = 0; n < 500; n++) {
                publishLarge(channel, ++sent, padding);
            }
            assertEquals(before, settled());

            String read = readUntil(socket, "{\"n\":" + sent + ",");
            assertTrue(sentBytes() < before + 50_000, "missed updates were sent: " + read.length());
        }
    }

    @Test
    void viewer_thatDoesNotRead_isCutAfter10Seconds() throws Exception {
        byte[] padding = "x".repeat(100_000).getBytes(UTF_8);
        publishMetrics(0);
        try (Socket socket = connectSlowly(server, "")) {
            MatchChannel channel = channels.find("m-1").orElseThrow();
            Await.until(SOON, "the connection is full", () -> {
                publishLarge(channel, 1, padding);
                return pending.bytes() > 50_000;
            });
            AtomicInteger checks = new AtomicInteger();
            Await.until(SOON, "the viewer is gone", () -> {
                viewers.cutSlow(System.nanoTime() + checks.getAndIncrement() * Outgoing.SLOW_NANOS);
                return viewers.count() == 0;
            });
            assertEquals(1, registry.get("live.streams.ended").tag("reason", "slow").counter().count());
            assertEquals(0, pending.bytes());
            assertTrue(socket.isConnected());
        }
    }

    /// With a copy for each, the streams would take 54 MB.
    @Test
    void streams_ofClientsThatNeverRead_shareTheMissedMoments() throws Exception {
        publishMetrics(1);
        String padding = "x".repeat(2_000);
        for (int offset = 0; offset < 450; offset++) {
            channels.addMoment("m-1", 0, offset, ("{\"goal\":\"" + padding + "\"}").getBytes(UTF_8),
                    System.currentTimeMillis());
        }
        channels.publishDue(100);
        ViewerRegistry many = new ViewerRegistry(60, 60, () -> current, pending);
        List<Socket> sockets = new ArrayList<>();
        try (HttpServer other = serve(many)) {
            long before = usedHeap();
            for (int n = 0; n < 60; n++) {
                sockets.add(connectSlowly(other, "Last-Event-ID: 0-0\r\n"));
            }
            Await.until(SOON, "all have a stream", () -> many.count() == 60);
            long taken = usedHeap() - before;

            assertTrue(taken < 20_000_000, taken + " bytes");
            many.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void address_withTooManyStreams_gets429() throws Exception {
        publishMetrics(1);
        ViewerRegistry few = new ViewerRegistry(10, 1, () -> current, pending);
        try (HttpServer other = serve(few);
                EventStream first = EventStream.open("http://127.0.0.1:" + other.port() + "/api/stream");
                EventStream second = EventStream.open("http://127.0.0.1:" + other.port() + "/api/matches/m-1/stream")) {
            assertEquals(200, first.status());
            assertEquals(429, second.status());
            assertEquals(Optional.of("10"), second.header("Retry-After"));
            assertEquals(Optional.of("application/problem+json"), second.header("Content-Type"));
            assertEquals(1, registry.get("live.viewers.refused").tag("reason", "address").counter().count());
            assertEquals(1, few.count());
            few.close();
        }
    }

    private static Socket connectSlowly(HttpServer to, String header) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.port()));
        socket.getOutputStream().write(("GET /api/matches/m-1/stream HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
                .getBytes(US_ASCII));
        return socket;
    }

    /// A moment arrives before its metrics. A stream that opens in between starts with metrics that are read directly.
    @Test
    void stream_openedBetweenAMomentAndItsMetrics_getsTheMetrics() throws Exception {
        channels.addMoment("archived", 0, 7, "{\"goal\":1}".getBytes(UTF_8), System.currentTimeMillis());
        channels.publishDue(100);
        try (EventStream stream = EventStream.open(url + "/api/matches/archived/stream")) {
            stream.await("metrics", data -> data.contains("history"), SOON);
            channels.putMetrics("archived", 0, "{\"n\":1}".getBytes(UTF_8), System.currentTimeMillis());
            Await.until(SOON, "the metrics arrive", () -> {
                channels.publishDue(100);
                return stream.events("metrics").stream().anyMatch(event -> event.data().equals("{\"n\":1}"));
            });
        }
    }

    @Test
    void status_change_reachesOpenStreams() throws Exception {
        publishMetrics(1);
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            stream.await("metrics", _ -> true, SOON);
            viewers.publishStatus(StreamStatus.of(false, Optional.empty()));
            stream.await("status", data -> data.contains("false"), SOON);
            viewers.publishStatus(StreamStatus.of(true, Optional.empty()));
            stream.await("status", data -> data.contains("true"), SOON);
        }
    }

    /// The published status is as old as its last change.
    @Test
    void status_ofANewViewer_isThatOfTheMoment() throws Exception {
        publishMetrics(1);
        viewers.publishStatus(StreamStatus.of(true, Optional.of(Instant.parse("2026-11-21T15:00:00Z"))));
        current = StreamStatus.of(true, Optional.of(Instant.parse("2026-11-21T16:00:00Z")));
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            assertEquals("{\"following\":true,\"asOf\":\"2026-11-21T16:00:00.000Z\"}",
                    stream.await("status", _ -> true, SOON).data());
        }
    }

    @Test
    void status_changedWhileAViewerStarts_isSentToIt() throws Exception {
        publishMetrics(1);
        viewers.publishStatus(StreamStatus.of(true, Optional.empty()));
        current = StreamStatus.of(true, Optional.empty());
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            stream.await("status", data -> data.contains("true"), SOON);
            viewers.publishStatus(StreamStatus.of(false, Optional.empty()));
            stream.await("status", data -> data.contains("false"), SOON);
        }
    }

    @Test
    void keepAlive_isSentOnlyToIdleViewers() throws Exception {
        publishMetrics(1);
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            stream.await("metrics", _ -> true, SOON);
            viewers.keepAlive(Frame.of(SseFrames.comment("not yet")), ViewerRegistry.KEEP_ALIVE_NANOS);
            Await.until(SOON, "a keep-alive arrives once no write is in progress", () -> {
                viewers.keepAlive(Frame.of(SseFrames.comment("now")), 0);
                return !stream.events("comment").isEmpty();
            });

            assertTrue(stream.events("comment").stream().allMatch(comment -> comment.data().equals("now")));
        }
    }

    @Test
    void close_endsStreamsAndRejectsNewOnes() throws Exception {
        publishMetrics(1);
        try (EventStream stream = EventStream.open(url + "/api/matches/m-1/stream")) {
            stream.await("metrics", _ -> true, SOON);
            viewers.close();

            assertTrue(stream.awaitEnd(SOON));
            try (EventStream late = EventStream.open(url + "/api/matches/m-1/stream")) {
                assertEquals(503, late.status());
            }
        }
        assertEquals(0, viewers.count());
    }

    @Test
    void head_eachPath_hasStatusAndHeadersOfGetAndOpensNoStream() throws Exception {
        publishMetrics(1);
        List<String> paths = List.of("/api/stream", "/api/matches/m-1/stream", "/api/matches/archived/stream",
                "/api/matches/unknown-match/stream", "/api/matches/%21/stream");
        for (String path : paths) {
            assertHeadEqualsGet(path);
        }
        loaded = false;
        paths.forEach(this::assertHeadEqualsGet);
        loaded = true;
        viewers.close();
        paths.forEach(this::assertHeadEqualsGet);
    }

    /// HEAD first: the connection must serve the GET after it.
    private void assertHeadEqualsGet(String path) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            int kept = channels.size();
            String head = exchange(socket, "HEAD", path);
            assertEquals(0, viewers.count(), path);
            assertEquals(kept, channels.size(), path);
            assertEquals(exchange(socket, "GET", path), head, path);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
        Await.until(SOON, "the stream of the GET has ended", () -> {
            viewers.keepAlive(Frame.of(SseFrames.comment("still there?")), 0);
            return viewers.count() == 0;
        });
    }

    /// The head of the response, without its time.
    private static String exchange(Socket socket, String method, String path) throws IOException {
        socket.getOutputStream().write((method + " " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: same\r\n\r\n")
                .getBytes(US_ASCII));
        String read = readUntil(socket, "\r\n\r\n");
        return read.substring(0, read.indexOf("\r\n\r\n")).replaceAll("Date: .*\r\n", "");
    }

    @Test
    void method_other_is405() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("POST /api/stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));

            String answer = readUntil(socket, "\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 405 ") && answer.contains("Allow: GET, HEAD\r\n"), answer);
        }
    }

    private void publishMetrics(int number) {
        channels.putMetrics("m-1", 0, ("{\"n\":" + number + "}").getBytes(UTF_8), System.currentTimeMillis());
        Await.until(SOON, "the metrics are published", () -> {
            channels.publishDue(100);
            return channels.find("m-1").flatMap(MatchChannel::metrics)
                    .filter(newest -> new String(newest, UTF_8).equals("{\"n\":" + number + "}")).isPresent();
        });
    }

    private void putListed() {
        channels.putMetrics("m-1", 0, "{\"matchId\":\"m-1\",\"status\":\"live\"}".getBytes(UTF_8),
                System.currentTimeMillis());
    }

    private void publishLarge(MatchChannel channel, int number, byte[] padding) {
        channel.putMetrics(("{\"n\":" + number + ",\"x\":\"" + new String(padding, UTF_8) + "\"}").getBytes(UTF_8), 0,
                0);
        channel.publish(Long.MAX_VALUE / 4 + number * UpdateSchedule.MINUTES_DELAY_MILLIS);
        fanOut.publish(channel.viewers(), _ -> {});
    }

    private void awaitListUpdate() {
        Await.until(SOON, "the list is published", () -> {
            channels.publishDue(100);
            return Frames.text(channels.list().initialUpdate(Optional.empty()).frames())
                    .contains("\"matches\":[{");
        });
    }

    private double sentBytes() {
        return registry.get("live.sent.bytes").counter().count();
    }

    /// The bytes sent, once no shard is queued.
    private double settled() throws InterruptedException {
        for (int thread = 0; thread < 2; thread++) {
            CountDownLatch done = new CountDownLatch(1);
            fanOut.execute(done::countDown);
            done.await();
        }
        return sentBytes();
    }

    private static String readUntil(Socket socket, String text) throws IOException {
        socket.setSoTimeout(10_000);
        StringBuilder read = new StringBuilder();
        byte[] buffer = new byte[1 << 16];
        while (read.indexOf(text) < 0) {
            int length = socket.getInputStream().read(buffer);
            if (length < 0) {
                throw new IOException("ended after " + read.length());
            }
            read.append(new String(buffer, 0, length, UTF_8));
        }
        return read.toString();
    }
}
