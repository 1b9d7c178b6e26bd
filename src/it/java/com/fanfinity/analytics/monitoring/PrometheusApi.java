package com.fanfinity.analytics.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Prometheus's HTTP API, as Grafana uses it.
final class PrometheusApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SPAN = Duration.ofSeconds(20);

    /// An answer to an expression.
    ///
    /// @param error the error that Prometheus reports; empty if there is none
    /// @param series the labels of each series that has a number
    record Answer(String error, List<Map<String, String>> series) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    PrometheusApi(String url) {
        this.url = url;
    }

    /// The expression's value now.
    Answer now(String promQl) throws IOException, InterruptedException {
        return answer(post("/api/v1/query", Map.of("query", promQl)), "value");
    }

    /// The expression's values over the last seconds.
    Answer lately(String promQl) throws IOException, InterruptedException {
        Instant now = Instant.now();
        return answer(post("/api/v1/query_range",
                Map.of("query", promQl, "start", now.minus(SPAN).toString(), "end", now.toString(),
                        "step", "4")),
                "values");
    }

    /// The values of a label in the series that match a selector.
    Set<String> labelValues(String label, String selector) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(http.send(request("/api/v1/label/" + label + "/values"
                + (selector.isEmpty() ? "" : "?" + form(Map.of("match[]", selector)))).build(), BodyHandlers.ofString())
                .body());
        return Dashboard.stream(answer.path("data")).map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The groups of rules that are loaded.
    JsonNode rules() throws IOException, InterruptedException {
        return JSON.readTree(http.send(request("/api/v1/rules").build(), BodyHandlers.ofString()).body()).path("data")
                .path("groups");
    }

    private static Answer answer(JsonNode json, String member) {
        List<Map<String, String>> series = new ArrayList<>();
        for (JsonNode one : json.path("data").path("result")) {
            if (hasNumber(one.path(member))) {
                series.add(JSON.convertValue(one.path("metric"),
                        JSON.getTypeFactory().constructMapType(Map.class, String.class,
                                String.class)));
            }
        }
        return new Answer(json.path("error").asText(""), series);
    }

    private static boolean hasNumber(JsonNode values) {
        if (values.path(0).isArray()) {
            return Dashboard.stream(values).anyMatch(PrometheusApi::hasNumber);
        }
        return values.size() == 2 && !values.path(1).asText().equals("NaN");
    }

    private JsonNode post(String path, Map<String, String> parameters) throws IOException, InterruptedException {
        return JSON.readTree(http.send(request(path).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(parameters))).build(), BodyHandlers.ofString()).body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10));
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(it -> URLEncoder.encode(it.getKey(), UTF_8) + "=" + URLEncoder.encode(it.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
