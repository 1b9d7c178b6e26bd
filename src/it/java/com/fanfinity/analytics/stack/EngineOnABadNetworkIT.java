package com.fanfinity.analytics.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// INSERTs that arrive late, in parts, twice or cut. The engine behind the bridge must treat them as a server does.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EngineOnABadNetworkIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ROWS = "1\n2\n3\n";

    private final String database = "network_" + UUID.randomUUID().toString().replace("-", "");
    private final ApiClient api = new ApiClient("http://127.0.0.1:1", RealParts.engine().url());

    @BeforeEach
    void createTable() throws IOException, InterruptedException {
        api.rows("CREATE DATABASE " + database);
        api.rows("CREATE TABLE " + database + ".numbers (n UInt64) ENGINE = MergeTree ORDER BY n "
                + "SETTINGS non_replicated_deduplication_window = 1000");
    }

    @AfterEach
    void dropDatabase() throws IOException, InterruptedException {
        api.rows("DROP DATABASE " + database);
        api.close();
    }

    /// Without its last byte the body is not complete, so nothing of it is stored, and the token is not known.
    @Test
    void insert_cutAfterAnyByte_storesNothing() throws Exception {
        for (boolean chunked : new boolean[]{true, false}) {
            String request = insert("whole-" + chunked, chunked);
            for (int length = 0; length < request.length(); length++) {
                try (Socket client = connect()) {
                    send(client, request.substring(0, length));
                    client.shutdownOutput();
                    // The engine has ended its work on the request when it closes the connection.
                    client.getInputStream().readAllBytes();
                }
                assertEquals(List.of("0"), count(), "cut after " + length + " bytes of " + request);
            }
            deliver(request);
            assertEquals(List.of("3"), count());
            api.rows("TRUNCATE TABLE " + database + ".numbers");
        }
    }

    @Test
    void insert_lastPartAfterItsClientHasGone_isStored() throws Exception {
        String request = insert("late", true);
        try (Socket relay = connect()) {
            send(relay, request.substring(0, request.length() - 4));
            send(relay, request.substring(request.length() - 4));
            // A relay whose client is gone reads no answer.
        }
        Await.until(SOON, "it is stored", () -> count().equals(List.of("3")));
    }

    @Test
    void insert_deliveredTwice_isStoredOnce() throws Exception {
        for (int i = 0; i < 2; i++) {
            deliver(insert("twice", true));
        }
        assertEquals(List.of("3"), count());
    }

    /// The retransmission arrives while the first delivery is running.
    @Test
    void insert_deliveredTwiceAtTheSameTime_isStoredOnce() throws Exception {
        String request = insert("parallel", true);
        int part = request.length() - 4;
        try (Socket one = connect(); Socket two = connect()) {
            send(one, request.substring(0, part));
            send(two, request.substring(0, part));
            send(one, request.substring(part));
            send(two, request.substring(part));
            for (Socket relay : List.of(one, two)) {
                relay.shutdownOutput();
                relay.getInputStream().readAllBytes();
            }
        }
        assertEquals(List.of("3"), count());
    }

    private static void deliver(String request) throws IOException {
        try (Socket relay = connect()) {
            send(relay, request);
            relay.shutdownOutput();
            String answer = new String(relay.getInputStream().readAllBytes(), ISO_8859_1);
            assertEquals("HTTP/1.1 200 OK", answer.lines().findFirst().orElse(""), answer);
        }
    }

    private List<String> count() throws IOException, InterruptedException {
        return api.rows("SELECT count() FROM " + database + ".numbers");
    }

    private String insert(String token, boolean chunked) {
        String head = "POST /?database=" + database + "&insert_deduplication_token=" + token
                + "&query=INSERT%20INTO%20numbers%20FORMAT%20TSV HTTP/1.1\r\nHost: x\r\n";
        return head + (chunked
                ? "Transfer-Encoding: chunked\r\n\r\n" + ROWS.length() + "\r\n" + ROWS + "\r\n0\r\n\r\n"
                : "Content-Length: " + ROWS.length() + "\r\n\r\n" + ROWS);
    }

    private static Socket connect() throws IOException {
        URI url = URI.create(RealParts.engine().url());
        return new Socket(url.getHost(), url.getPort());
    }

    private static void send(Socket socket, String bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes.getBytes(ISO_8859_1));
        out.flush();
    }
}
