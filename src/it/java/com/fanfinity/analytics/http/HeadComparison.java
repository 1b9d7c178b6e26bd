package com.fanfinity.analytics.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.stack.Await;

/// Sends GET and HEAD to each path of a service and compares status and headers.
final class HeadComparison {

    private static final Duration SOON = Duration.ofSeconds(30);

    /// Paths that `openapi.yaml` does not have, and invalid requests.
    private static final List<String> OTHERS = List.of("/", "/matches/some-match", "/pipeline", "/web/css/base.css",
            "/web/no-such-file", "/healthz", "/readyz", "/no-such-page", "/api/no-such-path", "/api/events",
            "/api/matches?limit=999999", "/api/matches/%21/metrics", "/%ff");

    private record Head(int status, Set<String> headers) {}

    private final HttpClient client;
    private final String url;

    /// @param url `http://host:port`
    HeadComparison(HttpClient client, String url) {
        this.client = client;
        this.url = url;
    }

    /// The GET paths of `openapi.yaml`, with these values for their parameters, and some others.
    static List<String> paths(String matchId, String otherId) throws IOException {
        List<String> paths = new ArrayList<>(OTHERS);
        for (var path : new YAMLMapper().readTree(Resources.bytes("/openapi.yaml")).get("paths").properties()) {
            if (path.getValue().has("get")) {
                paths.add(path.getKey().replace("{matchId}", matchId).replaceAll("\\{[^}]+}", otherId));
            }
        }
        return paths;
    }

    /// Compares all paths at the same time, because some answers wait for seconds.
    void assertEqual(Collection<String> paths) throws ExecutionException, InterruptedException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Object>> comparisons = paths.stream()
                    .map(path -> Executors.callable(() -> assertEqual(path))).toList();
            for (Future<Object> comparison : executor.invokeAll(comparisons)) {
                comparison.get();
            }
        }
    }

    /// Waits until both agree, because the state of the service may change between the two requests.
    private void assertEqual(String path) {
        Await.until(SOON, "HEAD equals GET: " + path, () -> {
            Head get = head("GET", path);
            Head head = head("HEAD", path);
            if (!head.equals(get)) {
                throw new IllegalStateException(head + " instead of " + get);
            }
            return true;
        });
    }

    /// The body of a GET is not read, because a stream does not end.
    private Head head(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(SOON)
                .header("X-Request-Id", "same").method(method, HttpRequest.BodyPublishers.noBody()).build();
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (method.equals("HEAD")) {
                assertEquals(0, body.readAllBytes().length, path);
            }
        }
        Set<String> headers = new TreeSet<>();
        response.headers().map().forEach((name, values) -> headers.add(isStable(name) ? name + ": " + values : name));
        return new Head(response.statusCode(), headers);
    }

    /// The content of `/metrics` and of the health paths changes between two requests.
    private static boolean isStable(String header) {
        return !header.equals("date") && !header.equals("content-length");
    }
}
