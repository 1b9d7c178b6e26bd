package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.ListenerOptions;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.http.StreamingEndpoint;

/// An HTTP server on a free port with some routes, and a client of it.
public final class TestServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    public static final int MOST_CONNECTIONS = 40;

    private static final AnswerBudget UNBOUNDED = new AnswerBudget(64 << 20, AnswerBudget.AnswerMeter.NONE);

    /// One call of the request meter.
    public record Metered(String method, String endpoint, int status, String problem) {}

    public record Reply(int status, HttpResponse<String> response) {
        public String body() {
            return response.body();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + response.body(), e);
            }
        }
    }

    private final List<Metered> metered = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT)
            .build();

    public TestServer(Routes... routes) {
        this(Duration.ofSeconds(75), routes);
    }

    /// @param idleTimeout how long a connection without a request stays open
    public TestServer(Duration idleTimeout, Routes... routes) {
        this(0, idleTimeout, ListenerOptions.PLAIN, List.of(), Optional.empty(), UNBOUNDED, routes);
    }

    /// @param answers bounds the answers that clients have not taken
    public TestServer(AnswerBudget answers, Routes... routes) {
        this(0, Duration.ofSeconds(75), ListenerOptions.PLAIN, List.of(), Optional.empty(), answers, routes);
    }

    /// @param port 0 takes any free port
    public TestServer(int port, Duration idleTimeout, Routes... routes) {
        this(port, idleTimeout, ListenerOptions.PLAIN, List.of(), Optional.empty(), UNBOUNDED, routes);
    }

    public TestServer(ListenerOptions options, List<StreamingEndpoint> streaming, Routes... routes) {
        this(0, Duration.ofSeconds(75), options, streaming, Optional.empty(), UNBOUNDED, routes);
    }

    /// A server with a gate in front of its routes.
    public TestServer(Gate gate, List<StreamingEndpoint> streaming, Routes... routes) {
        this(0, Duration.ofSeconds(75), ListenerOptions.PLAIN, streaming, Optional.of(gate), UNBOUNDED, routes);
    }

    /// As the other one, with a bound for the answers that clients have not taken.
    public TestServer(AnswerBudget answers, Gate gate, List<StreamingEndpoint> streaming, Routes... routes) {
        this(0, Duration.ofSeconds(75), ListenerOptions.PLAIN, streaming, Optional.of(gate), answers, routes);
    }

    private TestServer(int port, Duration idleTimeout, ListenerOptions options, List<StreamingEndpoint> streaming,
            Optional<Gate> gate, AnswerBudget answers, Routes... routes) {
        EventIds ids = new EventIds(Clock.systemUTC(), new Random(1)::nextLong);
        server = new HttpServer(new Settings.Http("127.0.0.1", port, MOST_CONNECTIONS, idleTimeout), options,
                List.of(routes), streaming, gate, ids,
                (method, endpoint, status, _, problem) -> metered.add(new Metered(method, endpoint, status, problem)),
                answers, LIMIT);
        server.start();
    }

    public List<Metered> metered() {
        return metered;
    }

    public int port() {
        return server.port();
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).timeout(LIMIT);
    }

    public Reply get(String path) {
        return send(request(path));
    }

    public Reply post(String path, String contentType, String body) {
        return post(path, contentType, body.getBytes(UTF_8));
    }

    public Reply post(String path, String contentType, byte[] body) {
        return send(
                request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Sends exactly these bytes, and returns all bytes that the server sends until it closes.
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
