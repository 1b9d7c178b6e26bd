package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Security;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.SecurityService;
import com.fanfinity.analytics.security.TestKeys;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.EventStream;

/// An operator removes a key from the key file while its streams are open: a real server, file and schedule.
class RevokedKeyTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    /// The promise of the documentation.
    private static final Duration REVOKED_WITHIN = Duration.ofSeconds(10);

    private static final String STOLEN = TestKeys.key("stolen", 1);
    private static final String OTHER = TestKeys.key("other", 2);
    private static final String OTHER_ENTRY = TestKeys.entry("other", "read", "", TestKeys.secret(OTHER));

    @TempDir
    private Path directory = Path.of("");

    private final Meters meters = new Meters(new SimpleMeterRegistry());
    private final LiveMeters liveMeters = meters.live();
    private final FanOutPool fanOut = new FanOutPool(2);
    private final ChannelRegistry channels = new ChannelRegistry(Clock.systemUTC(), fanOut, liveMeters);
    private final ViewerRegistry viewers = new ViewerRegistry(10, 10, () -> StreamStatus.NONE,
            new PendingBytes(64 << 20));
    private Path keys = Path.of("");
    private SecurityService security = TestKeys.service(true, Optional.empty(), new Settings.Secret(""),
            Clock.systemUTC());
    private HttpServer server;
    private String url = "";
    private int updates;

    @BeforeEach
    void start() throws IOException {
        security.close();
        keys = directory.resolve("keys.json");
        Files.write(keys, TestKeys.file(TestKeys.entry("stolen", "read", "", TestKeys.secret(STOLEN)), OTHER_ENTRY));
        security = new SecurityService(new Security(true, true, Optional.of(keys), Optional.empty(), List.of(),
                Security.AddressSource.X_FORWARDED_FOR, TestKeys.NO_RATES), new Settings.Secret(""), Clock.systemUTC(),
                System::nanoTime, meters.security());
        security.watch(viewers::endIf);
        server = new HttpServer(new Settings.Http("127.0.0.1", 0, 100, Duration.ofSeconds(75)), List.of(),
                List.of(new LiveStreamEndpoint(channels, viewers, (_, _, _) -> new byte[0], liveMeters, () -> true)),
                security.gate(), new EventIds(Clock.systemUTC(), () -> 1), (_, _, _, _, _) -> {},
                Duration.ofSeconds(1));
        server.start();
        security.start();
        url = "http://127.0.0.1:" + server.port() + "/api/matches/m-1/stream";
        channels.putMetrics("m-1", 0, "{}".getBytes(US_ASCII), System.currentTimeMillis());
        Await.until(SOON, "the match is known", () -> {
            channels.publishDue(100);
            return channels.find("m-1").isPresent();
        });
    }

    @AfterEach
    void stop() {
        viewers.close();
        server.close();
        security.close();
        fanOut.close();
    }

    private void publish(int bytes) {
        updates++;
        MatchChannel channel = channels.find("m-1").orElseThrow();
        channel.putMetrics(("{\"n\":" + updates + ",\"x\":\"" + "x".repeat(bytes) + "\"}").getBytes(UTF_8), 0, 0);
        channel.publish(Long.MAX_VALUE / 4 + updates * UpdateSchedule.MINUTES_DELAY_MILLIS);
        fanOut.publish(channel.viewers(), _ -> {});
    }

    private EventStream open(String key) throws IOException, InterruptedException {
        return EventStream.open(url, Map.of("X-API-Key", key));
    }

    /// A client that never reads.
    private Socket openSilently(String key) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream().write(("GET /api/matches/m-1/stream HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + key
                + "\r\n\r\n").getBytes(US_ASCII));
        return socket;
    }

    @Test
    void keyRemovedFromItsFile_itsStreamsEndWithin10SecondsAndOthersContinue() throws Exception {
        try (EventStream stolen = open(STOLEN);
                EventStream other = open(OTHER);
                Socket _ = openSilently(STOLEN)) {
            stolen.await("metrics", _ -> true, SOON);
            other.await("metrics", _ -> true, SOON);
            Await.until(SOON, "all are open", () -> viewers.count() == 3);
            publish(512 << 10);
            other.await("metrics", data -> data.startsWith("{\"n\":1,"), SOON);
            assertEquals(3, viewers.count());

            Files.write(keys, TestKeys.file(OTHER_ENTRY));

            assertTrue(stolen.awaitEnd(REVOKED_WITHIN), "the stream of the removed key continues");
            Await.until(REVOKED_WITHIN, "the stream that its client does not read ends", () -> viewers.count() == 1);
            publish(10);
            other.await("metrics", data -> data.startsWith("{\"n\":2,"), SOON);
            try (EventStream refused = open(STOLEN)) {
                assertEquals(401, refused.status());
            }
        }
    }
}
