package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Client of the service's API and of ClickHouse. With several instances, it uses the first answer other than 503, like
/// a client that tries the next instance.
public final class ApiClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    public record Answer(int status, String body) {
        public JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /// Receives each request to the service with its response. Called from the threads of the callers.
    public interface ExchangeObserver {
        void observe(HttpRequest request, HttpResponse<String> response);
    }

    private static volatile ExchangeObserver observer = (_, _) -> {};

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<String> services;
    private final String clickHouse;

    public ApiClient(String service, String clickHouse) {
        this(List.of(service), clickHouse);
    }

    /// @param services the URLs of all instances, at least one
    public ApiClient(List<String> services, String clickHouse) {
        this.services = List.copyOf(services);
        this.clickHouse = clickHouse;
    }

    /// Sets the observer of all clients in this process.
    public static void observeAll(ExchangeObserver newObserver) {
        observer = newObserver;
    }

    public Answer postEvent(String event) throws IOException, InterruptedException {
        return post("/api/events", "application/json", event);
    }

    public Answer postBatch(List<String> events) throws IOException, InterruptedException {
        return post("/api/events/batch", "application/json", "[" + String.join(",", events) + "]");
    }

    public Answer post(String path, String type, String body) throws IOException, InterruptedException {
        return ask(path, request -> request.header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return ask(path, HttpRequest.Builder::GET);
    }

    /// Sends a request to one instance after another until one returns another status than 503.
    ///
    /// @param request sets method, headers and body
    /// @throws IOException if the last instance does not answer
    public Answer ask(String path, UnaryOperator<HttpRequest.Builder> request)
            throws IOException, InterruptedException {
        for (String service : services.subList(0, services.size() - 1)) {
            try {
                Answer answer = call(request.apply(HttpRequest.newBuilder(URI.create(service + path))));
                if (answer.status() != 503) {
                    return answer;
                }
            } catch (IOException _) {
                // try the next instance
            }
        }
        return call(request.apply(HttpRequest.newBuilder(URI.create(services.getLast() + path))));
    }

    /// The rows of a query, tab-separated.
    public List<String> rows(String sql) throws IOException, InterruptedException {
        HttpResponse<String> response = send(
                HttpRequest.newBuilder(URI.create(clickHouse + "/?default_format=TabSeparated"))
                        .POST(BodyPublishers.ofString(sql)));
        if (response.statusCode() != 200) {
            throw new IOException("ClickHouse returned " + response.statusCode() + ": " + response.body());
        }
        return response.body().lines().toList();
    }

    private Answer call(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request);
        observer.observe(response.request(), response);
        return new Answer(response.statusCode(), response.body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
