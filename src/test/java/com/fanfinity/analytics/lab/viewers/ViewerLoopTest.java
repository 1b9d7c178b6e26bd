package com.fanfinity.analytics.lab.viewers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;
import com.fanfinity.analytics.stack.Await;

class ViewerLoopTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int VIEWERS = 1_000;
    private static final String HEAD = String.join("\r\n", "HTTP/1.1 200 OK", "Content-Type: text/event-stream",
            "Transfer-Encoding: chunked", "", "");

    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private ServerSocket server;
    private ViewerLoop loop;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
        loop = new ViewerLoop(
                new ViewerPlan(server.getLocalPort(), List.of("127.0.0.1", "127.0.0.2"), VIEWERS, 0, "t", 1, 10_000,
                        ViewerLoop.micros(Instant.now())));
        Thread.ofPlatform().daemon().start(loop);
    }

    @AfterEach
    void stop() throws IOException {
        loop.close();
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }

    /// A minimal server of the stream: every viewer gets a state at once, rejected viewers get a 503.
    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                int read = client.getInputStream().read(new byte[1_024]);
                if (read > 0 && refusals.getAndDecrement() > 0) {
                    client.getOutputStream()
                            .write("HTTP/1.1 503 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
                    client.close();
                } else if (read > 0) {
                    client.getOutputStream()
                            .write((HEAD + chunk("retry: 1000\n\n") + chunk(metrics(0, 1))).getBytes(UTF_8));
                    clients.add(client);
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String metrics(int probes, long version) {
        return "event: metrics\ndata: {\"matchId\":\"bench-t-0\",\"eventsByType\":{\"offside\":" + probes
                + "},\"version\":" + version
                + "}\n\n";
    }

    private static String goal(int number) {
        return "event: event\nid: 1\ndata: " + LiveEvents.json("t", LiveEvents.Purpose.GOAL, 0, number, Instant.EPOCH)
                + "\n\n";
    }

    private void toAll(String text) throws IOException {
        for (Socket client : clients) {
            OutputStream out = client.getOutputStream();
            out.write(chunk(text).getBytes(UTF_8));
        }
    }

    private void connectAll() {
        loop.call(() -> {
            loop.connect();
            return 0;
        });
        await(Count.CONNECTED, VIEWERS);
    }

    private long count(Count count) {
        return loop.call(() -> loop.record().counts().get(count));
    }

    private void await(Count count, long expected) {
        Await.until(SOON, count + " is " + expected, () -> count(count), now -> now == expected);
    }

    @Test
    void update_everyViewer_recordsItsArrival() throws IOException {
        connectAll();
        toAll(metrics(1, 2));
        toAll(metrics(3, 4));
        await(Count.METRICS, 3 * VIEWERS);

        assertEquals(VIEWERS, count(Count.CONFLATED));
        assertEquals(3 * VIEWERS, loop.<Integer>call(() -> loop.record().updates().size()));
        assertTrue(loop.<Boolean>call(
                () -> loop.viewers().stream().allMatch(viewer -> viewer.probes == 3 && viewer.version == 4)));
        assertEquals(0, count(Count.WRONG));
        assertEquals(VIEWERS, count(Count.OTHER));
    }

    @Test
    void state_olderThanTheLast_countsAsWrong() throws IOException {
        connectAll();
        toAll(metrics(2, 9));
        toAll(metrics(1, 8));
        await(Count.METRICS, 3 * VIEWERS);

        assertEquals(VIEWERS, count(Count.WRONG));
    }

    @Test
    void goal_skippedOrRepeated_isCounted() throws IOException {
        connectAll();
        toAll(goal(1));
        toAll(goal(3) + goal(3));
        await(Count.EVENTS, 3 * VIEWERS);

        assertEquals(VIEWERS, count(Count.MISSED_GOALS));
        assertEquals(VIEWERS, count(Count.REPEATED_GOALS));
        assertEquals(2 * VIEWERS, loop.<Integer>call(() -> loop.record().goals().size()));
    }

    @Test
    void viewer_rejectedOrDisconnected_reconnects() throws IOException {
        refusals.set(10);
        connectAll();
        clients.getFirst().close();
        await(Count.CUT_OFF, 1);
        Await.until(SOON, "it is back",
                () -> loop.call(() -> loop.viewers().stream()
                        .allMatch(viewer -> viewer.state == SimulatedViewer.ConnectionPhase.STREAM)));

        assertEquals(10, count(Count.TOO_MANY));
        assertEquals(0, count(Count.GAVE_UP));
        assertEquals(VIEWERS, count(Count.CONNECTED));
    }
}
