package com.fanfinity.analytics.lab.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.testing.StoringServer;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TcpRelayTest {

    private static final String LARGE = "0123456789".repeat(100_000);

    private StoringServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws IOException {
        server = new StoringServer();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void requests_ofOneClient_passOnOneConnectionUnchanged() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (TcpRelay relay = new TcpRelay(0, server.url(), () -> {
            connections.incrementAndGet();
            return new TcpRelay.Connection() {
            };
        })) {
            assertEquals(StoringServer.ANSWER, post(relay, BodyPublishers.ofString(LARGE)));
            assertEquals(StoringServer.ANSWER, post(relay, BodyPublishers
                    .ofInputStream(() -> new ByteArrayInputStream(LARGE.getBytes(ISO_8859_1)))), "in chunks");
            assertEquals(StoringServer.ANSWER, post(relay, BodyPublishers.ofString("last")));

            assertEquals(List.of(LARGE, LARGE, "last"), server.bodies());
            assertEquals(1, connections.get());
        }
    }

    @Test
    void request_refused_reachesNoServer() throws Exception {
        byte[] refusal = "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno".getBytes(ISO_8859_1);
        try (TcpRelay relay = new TcpRelay(0, server.url(), () -> new TcpRelay.Connection() {
            @Override
            public void request(byte[] request, OutputStream toServer, OutputStream toClient) throws IOException {
                toClient.write(refusal);
            }
        })) {
            assertEquals("no", post(relay, BodyPublishers.ofString(LARGE)));
            assertEquals(List.of(), server.bodies());
        }
    }

    @Test
    void answer_cut_closesTheClientsConnection() throws Exception {
        try (TcpRelay relay = new TcpRelay(0, server.url(), () -> new TcpRelay.Connection() {
            @Override
            public void answer(byte[] bytes, OutputStream toClient) throws IOException {
                throw new IOException("cut");
            }
        })) {
            assertThrows(IOException.class, () -> post(relay, BodyPublishers.ofString("stored")));
            assertEquals(List.of("stored"), server.bodies());
        }
    }

    @Test
    void server_away_clientGetsNoAnswer() throws Exception {
        try (TcpRelay relay = new TcpRelay(0, server.url(), () -> new TcpRelay.Connection() {
        })) {
            server.close();

            assertThrows(IOException.class, () -> post(relay, BodyPublishers.ofString("lost")));
        }
    }

    @Test
    void deliver_anyRequest_returnsTheAnswer() throws Exception {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (TcpRelay relay = new TcpRelay(0, server.url(), () -> new TcpRelay.Connection() {
        })) {
            relay.deliver("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlate".getBytes(ISO_8859_1), answer);
        }

        assertEquals(List.of("late"), server.bodies());
        assertTrue(answer.toString(ISO_8859_1).endsWith(StoringServer.ANSWER), () -> answer.toString(ISO_8859_1));
    }

    private String post(TcpRelay relay, HttpRequest.BodyPublisher body) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(relay.url())).POST(body).build(), BodyHandlers.ofString())
                .body();
    }
}
