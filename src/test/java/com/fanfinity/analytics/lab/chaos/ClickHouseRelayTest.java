package com.fanfinity.analytics.lab.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultKind;
import com.fanfinity.analytics.lab.chaos.RelayFault.RelayFaultTarget;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.StoringServer;

/// A relay in front of a real server. The test decides when a wait of the relay ends.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClickHouseRelayTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ROWS = "the rows of a batch";
    private static final String INSERT = post("/?insert_deduplication_token=match-events-accepted-3-100-150&a=b", ROWS);
    private static final String QUERY = post("/?a=b", "SELECT 1");

    private final Semaphore waiting = new Semaphore(0);
    private final Semaphore mayEnd = new Semaphore(0);
    private final List<String> befallen = new CopyOnWriteArrayList<>();
    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final PlannedFaults planned = new PlannedFaults();
    private StoringServer server;
    private ClickHouseRelay relay;

    @BeforeEach
    void start() throws IOException {
        server = new StoringServer();
        relay = new ClickHouseRelay("service-1", server.url(), planned, _ -> {
            waiting.release();
            mayEnd.acquire();
        }, (fault, service, request) -> befallen.add(service + " " + fault.kind() + " " + request), journal::add);
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.999})
    void insert_heldUntilItsSenderIsGone_arrivesLate(double share) throws Exception {
        plan(RelayFaultKind.HOLD_AND_KILL, share);
        try (Socket sender = connect()) {
            send(sender, INSERT);
            waiting.acquire();
        }
        assertEquals(List.of(), server.bodies());
        assertEquals(1, relay.undelivered());

        mayEnd.release();

        Await.until(SOON, "the insert arrives", () -> server.bodies().equals(List.of(ROWS)));
        Await.until(SOON, "nothing is held", () -> relay.undelivered() == 0);
        assertEquals(
                List.of("service-1 HOLD_AND_KILL match-events-accepted-3-100-150 of " + INSERT.length() + " bytes"),
                befallen);
    }

    @Test
    void insert_heldBriefly_senderGetsTheAnswerAndContinues() throws Exception {
        plan(RelayFaultKind.HOLD, 0);
        try (Socket sender = connect()) {
            send(sender, INSERT);
            waiting.acquire();
            mayEnd.release();
            assertAnswered(sender);
            send(sender, INSERT);
            assertAnswered(sender);
        }
        assertEquals(List.of(ROWS, ROWS), server.bodies());
        assertTrue(journal.contains("service-1 match-events-accepted-3-100-150 delivered"), journal::toString);
        assertTrue(journal.contains("service-1 match-events-accepted-3-100-150 answered HTTP/1.1 200 OK"),
                journal::toString);
    }

    @Test
    void insert_duplicated_arrivesAgainAfterItsSenderIsGone() throws Exception {
        plan(RelayFaultKind.DUPLICATE, 0);
        try (Socket sender = connect()) {
            send(sender, INSERT);
            assertAnswered(sender);
        }
        waiting.acquire();
        Await.until(SOON, "only the second delivery is to come", () -> relay.undelivered() == 1);
        assertEquals(List.of(ROWS), server.bodies());

        mayEnd.release();

        Await.until(SOON, "it arrives again", () -> server.bodies().equals(List.of(ROWS, ROWS)));
        Await.until(SOON, "nothing is held", () -> relay.undelivered() == 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.9, 0.999})
    void insert_cut_isNotComplete(double share) throws Exception {
        plan(RelayFaultKind.CUT_REQUEST, share);
        try (Socket sender = connect()) {
            send(sender, INSERT);

            assertEquals("", rest(sender));
        }
        assertEquals(List.of(), server.bodies());
    }

    @Test
    void answer_cut_insertIsStored() throws Exception {
        plan(RelayFaultKind.CUT_ANSWER, 0.5);
        try (Socket sender = connect()) {
            send(sender, INSERT);

            String answer = rest(sender);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertFalse(answer.endsWith(StoringServer.ANSWER), answer);
        }
        assertEquals(List.of(ROWS), server.bodies());
    }

    @Test
    void answer_held_insertIsStoredMeanwhile() throws Exception {
        plan(RelayFaultKind.HOLD_ANSWER, 0);
        try (Socket sender = connect()) {
            send(sender, INSERT);
            waiting.acquire();
            assertEquals(List.of(ROWS), server.bodies());

            mayEnd.release();
            assertAnswered(sender);
        }
    }

    @Test
    void insert_slow_arrivesUnchanged() throws Exception {
        plan(RelayFaultKind.SLOW, 0);
        mayEnd.release(1_000);
        try (Socket sender = connect()) {
            send(sender, INSERT);
            assertAnswered(sender);
        }
        assertEquals(List.of(ROWS), server.bodies());
        assertTrue(waiting.availablePermits() > 10, "waits between the parts");
    }

    @Test
    void requests_whileStalled_passAfterTheStall() throws Exception {
        plan(RelayFaultKind.STALL, 0);
        try (Socket one = connect(); Socket two = connect()) {
            send(one, INSERT);
            waiting.acquire();
            send(two, QUERY);
            Await.until(SOON, "both wait", () -> relay.undelivered() == 2);
            assertEquals(List.of(), server.bodies());

            mayEnd.release();

            assertAnswered(one);
            assertAnswered(two);
        }
        assertEquals(2, server.bodies().size());
    }

    @Test
    void request_notOfTheTarget_passes() throws Exception {
        String minutes = post("/?insert_deduplication_token=match-minutes-3-1-2", "the rows of minutes");
        try (Socket sender = connect()) {
            plan(RelayFaultKind.CUT_REQUEST, RelayFaultTarget.EVENTS, 0.5);
            send(sender, QUERY);
            assertAnswered(sender);
            send(sender, minutes);
            assertAnswered(sender);
            send(sender, INSERT);
            assertEquals("", rest(sender));
        }
        try (Socket sender = connect()) {
            plan(RelayFaultKind.CUT_REQUEST, RelayFaultTarget.QUERIES, 0.5);
            send(sender, INSERT);
            assertAnswered(sender);
            send(sender, QUERY);
            assertEquals("", rest(sender));
        }
        try (Socket sender = connect()) {
            plan(RelayFaultKind.CUT_REQUEST, RelayFaultTarget.INSERTS, 0.5);
            send(sender, minutes);
            assertEquals("", rest(sender));
        }
        assertEquals(List.of("SELECT 1", "the rows of minutes", ROWS), server.bodies());
    }

    @Test
    void clear_plannedFaults_befallNothing() throws Exception {
        plan(RelayFaultKind.CUT_REQUEST, 0.5);
        planned.clear();
        try (Socket sender = connect()) {
            send(sender, INSERT);
            assertAnswered(sender);
        }
        assertEquals(List.of(), befallen);
    }

    private void plan(RelayFaultKind kind, double share) {
        plan(kind, RelayFaultTarget.INSERTS, share);
    }

    private void plan(RelayFaultKind kind, RelayFaultTarget target, double share) {
        planned.add(new RelayFault(Duration.ZERO, kind, target, Duration.ofSeconds(1), share));
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), URI.create(relay.url()).getPort());
    }

    private static String post(String target, String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    }

    /// Reads up to the end of one answer, in another thread because the relay may not answer.
    private static void assertAnswered(Socket socket) throws Exception {
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            StringBuilder answer = new StringBuilder();
            try {
                while (!answer.toString().endsWith(StoringServer.ANSWER)) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return "cut after " + answer;
                    }
                    answer.append((char) next);
                }
            } catch (IOException e) {
                return e + " after " + answer;
            }
            return answer.toString();
        });
        String answer = read.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }

    /// All bytes until the relay closes the connection.
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
}
