package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLSocketFactory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.ListenerOptions;
import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.tls.TlsCertificate;

/// The bytes that the service and the kernel hold for viewers that never read, with TLS and without.
class LiveTlsTest {

    private static final int VIEWERS = 10;
    private static final int UPDATE_BYTES = 16 << 10;
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final Duration SOON = Duration.ofSeconds(20);

    /// The kernel doubles the buffers of both sockets; and one update is in progress.
    private static final long BOUND = 192 << 10;

    @TempDir
    private Path directory = Path.of("");

    /// A server whose viewers follow one match.
    private static final class Stream implements AutoCloseable {
        private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final LiveMeters meters = new Meters(registry).live();
        private final FanOutPool fanOut = new FanOutPool(2);
        private final ChannelRegistry channels = new ChannelRegistry(Clock.systemUTC(), fanOut, meters);
        private final ViewerRegistry viewers = new ViewerRegistry(VIEWERS, VIEWERS, () -> StreamStatus.NONE,
                new PendingBytes(64 << 20));
        private final List<Socket> sockets = new ArrayList<>();
        private final HttpServer server;
        private int updates;

        private Stream(Optional<TlsCertificate> certificate) {
            LiveStreamEndpoint endpoint = new LiveStreamEndpoint(channels, viewers, (_, _, _) -> new byte[0], meters,
                    () -> true);
            ListenerOptions options = ListenerOptions.publicListener(
                    new Settings.Edge(Optional.empty(), Set.of(), Set.of()), "", certificate);
            server = new HttpServer(new Settings.Http("127.0.0.1", 0, 100, Duration.ofSeconds(75)), options, List.of(),
                    List.of(endpoint), Optional.empty(), new EventIds(Clock.systemUTC(), () -> 1),
                    (_, _, _, _, _) -> {}, new AnswerBudget(1 << 20, AnswerBudget.AnswerMeter.NONE),
                    Duration.ofSeconds(1));
            server.start();
            channels.putMetrics("m-1", 0, "{}".getBytes(US_ASCII), System.currentTimeMillis());
            Await.until(SOON, "the match is known", () -> {
                channels.publishDue(100);
                return channels.find("m-1").isPresent();
            });
        }

        /// Opens viewers that never read, and publishes until their connections take nothing more.
        private long bytesPerViewer(Optional<SSLSocketFactory> tls) throws Exception {
            for (int i = 0; i < VIEWERS; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                socket.setReceiveBufferSize(RECEIVE_BUFFER);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                Socket stream = tls.isEmpty()
                        ? socket
                        : tls.get().createSocket(socket, "localhost", server.port(), true);
                stream.getOutputStream()
                        .write("GET /api/matches/m-1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            }
            Await.until(SOON, "the viewers are registered", () -> viewers.count() == VIEWERS);
            MatchChannel channel = channels.find("m-1").orElseThrow();
            double[] before = {-1};
            int[] still = {0};
            Await.until(SOON, "the connections are full", () -> {
                publish(channel);
                double sent = registry.get("live.sent.bytes").counter().count();
                still[0] = sent > before[0] ? 0 : still[0] + 1;
                before[0] = sent;
                return still[0] >= 10;
            });
            return (long) before[0] / VIEWERS;
        }

        private void publish(MatchChannel channel) {
            updates++;
            String body = "{\"n\":" + updates + ",\"x\":\"" + "x".repeat(UPDATE_BYTES) + "\"}";
            channel.putMetrics(body.getBytes(US_ASCII), 0, 0);
            channel.publish(Long.MAX_VALUE / 4 + updates * UpdateSchedule.MINUTES_DELAY_MILLIS);
            fanOut.publish(channel.viewers(), _ -> {});
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
            viewers.close();
            server.close();
            fanOut.close();
        }
    }

    @Test
    void viewerThatNeverReads_withTlsAndWithout_holdsABoundedNumberOfBytes() throws Exception {
        SelfSigned own = SelfSigned.create(directory);
        TlsCertificate certificate = new TlsCertificate(new Settings.Tls(own.certificate(), own.key()),
                new Meters(new SimpleMeterRegistry()).http());
        long plain;
        try (Stream stream = new Stream(Optional.empty())) {
            plain = stream.bytesPerViewer(Optional.empty());
        }
        long encrypted;
        try (Stream stream = new Stream(Optional.of(certificate))) {
            encrypted = stream.bytesPerViewer(Optional.of(SelfSigned.context(own, own).getSocketFactory()));
        }
        String measured = "bytes for a viewer that never reads: plain " + plain + ", TLS " + encrypted;
        System.out.println(measured);
        assertTrue(plain < BOUND && encrypted < BOUND, measured);
    }
}
