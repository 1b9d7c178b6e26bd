package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.ServiceProcess;
import com.fanfinity.analytics.stack.Stack;
import com.fanfinity.analytics.stack.process.Ports;

/// Broker, engine, one instance without viewers, and instances with only the role live.
final class LiveStack implements AutoCloseable {
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(60);
    /// The number of connections that are not from viewers.
    private static final int OTHER_CONNECTIONS = 400;
    private static final int OTHER_VIEWERS = 50;

    private final Stack stack;
    private final List<ServiceProcess> live;

    private LiveStack(Stack stack, List<ServiceProcess> live) {
        this.stack = stack;
        this.live = List.copyOf(live);
    }

    static LiveStack start(LiveOptions options) throws IOException, InterruptedException {
        Stack stack = Stack.start("live-bench", Map.of("ROLES", "ingest,streams,sink"));
        List<Callable<ServiceProcess>> starts = new ArrayList<>();
        for (int instance = 0; instance < options.instances(); instance++) {
            int number = instance;
            starts.add(() -> liveInstance(stack, options, number));
        }
        List<ServiceProcess> started = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<ServiceProcess> instance : executor.invokeAll(starts)) {
                started.add(instance.get());
            }
            return new LiveStack(stack, started);
        } catch (ExecutionException e) {
            started.forEach(ServiceProcess::close);
            stack.close();
            throw new IllegalStateException("a live instance did not start", e);
        }
    }

    private static ServiceProcess liveInstance(Stack stack, LiveOptions options, int number)
            throws IOException, InterruptedException {
        // Each match is requested before the viewers connect.
        int viewers = options.viewersOf(number) + options.matches();
        // The last tenth of the connections is kept free of idle ones.
        String connections = Integer.toString((viewers + OTHER_CONNECTIONS) * 5 / 4);
        String streams = Integer.toString(viewers + OTHER_VIEWERS);
        Map<String, String> environment = new HashMap<>(Map.of("ROLES", "live", "KAFKA_BOOTSTRAP_SERVERS",
                stack.kafka().bootstrapServers(),
                "CLICKHOUSE_URL", stack.clickHouse().url(), "STATE_DIR",
                stack.directory().resolve("live-" + number).toString(),
                "INTERNAL_PORT", Integer.toString(Ports.free()), "INTERNAL_SECRET", Stack.INTERNAL_SECRET));
        // All viewers come from the few addresses of this machine.
        environment.putAll(Map.of("HTTP_MAX_CONNECTIONS", connections, "HTTP_MAX_CONNECTIONS_PER_ADDRESS", connections,
                "LIVE_MAX_VIEWERS", streams, "LIVE_MAX_VIEWERS_PER_ADDRESS", streams));
        return ServiceProcess.start("com.fanfinity.analytics.Main", Ports.free(), environment,
                stack.directory().resolve("live-" + number + ".log"), options.liveJvm());
    }

    List<ServiceProcess> live() {
        return live;
    }

    URI ingest() {
        return URI.create(stack.service().url());
    }

    ApiClient client() {
        return stack.client();
    }

    /// The processes other than live instances.
    Map<String, Long> otherPids() {
        return Map.of("service", stack.service().pid(), "broker", stack.kafka().pid(), "engine",
                stack.clickHouse().pid());
    }

    String bootstrapServers() {
        return stack.kafka().bootstrapServers();
    }

    Path directory() {
        return stack.directory();
    }

    Path log(String name) {
        return stack.directory().resolve(name + ".log");
    }

    /// Announces all matches, and returns when every live instance streams each of them.
    void announce(String run, int matches) throws IOException, InterruptedException {
        try (ApiClient api = stack.client();
                HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<String> starts = new ArrayList<>();
            for (int match = 0; match < matches; match++) {
                starts.add(LiveEvents.json(run, LiveEvents.Purpose.START, match, 1, Instant.now()));
            }
            ApiClient.Answer answer = api.postBatch(starts);
            if (answer.status() != 202) {
                throw new IOException("status of the first events: " + answer.status() + ": " + answer.body());
            }
            for (ServiceProcess instance : live) {
                for (int match = 0; match < matches; match++) {
                    URI stream = URI
                            .create(instance.url() + "/api/matches/" + LiveEvents.matchId(run, match) + "/stream");
                    Await.until(KNOWN_WITHIN, "stream of " + stream, () -> streams(http, stream));
                }
            }
        }
    }

    private static boolean streams(HttpClient http, URI stream) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(stream).timeout(Duration.ofSeconds(5)).build();
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            return answer.statusCode() == 200 && body.read() >= 0;
        }
    }

    @Override
    public void close() {
        live.forEach(ServiceProcess::close);
        stack.close();
    }
}
