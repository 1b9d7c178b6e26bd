package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// The service's API and ClickHouse's, as a test uses them.
public final class ApiClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// An answer.
    public record Answer(int status, String body) {
        public JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2))
            .build();
    private final String service;
    private final String clickHouse;

    public ApiClient(String service, String clickHouse) {
        this.service = service;
        this.clickHouse = clickHouse;
    }

    public Answer postEvent(String event) throws IOException, InterruptedException {
        return post("/api/events", "application/json", event);
    }

    public Answer postBatch(List<String> events) throws IOException, InterruptedException {
        return post("/api/events/batch", "application/json", "[" + String.join(",", events) + "]");
    }

    public Answer post(String path, String type, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(service + path)).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(service + path)).GET());
    }

    /// A request of any kind.
    ///
    /// @param complete gives it method, headers and body
    public Answer ask(String path, UnaryOperator<HttpRequest.Builder> complete) throws IOException, InterruptedException {
        return send(complete.apply(HttpRequest.newBuilder(URI.create(service + path))));
    }

    /// The rows of a query, tab-separated.
    public List<String> rows(String sql) throws IOException, InterruptedException {
        Answer answer = send(
                HttpRequest.newBuilder(URI.create(clickHouse + "/?default_format=TabSeparated")).POST(BodyPublishers.ofString(sql)));
        if (answer.status() != 200) {
            throw new IOException("ClickHouse answers " + answer.status() + ": " + answer.body());
        }
        return answer.body().lines().toList();
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
