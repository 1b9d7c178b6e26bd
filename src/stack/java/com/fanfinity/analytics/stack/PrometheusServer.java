package com.fanfinity.analytics.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;
import com.fanfinity.analytics.stack.process.PathLookup;

/// A real Prometheus on loopback, in its own process: the `prometheus` on the PATH, which `make tools` installs.
public final class PrometheusServer extends StackComponent {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Path program;
    private final Path dir;
    private final int port;

    private PrometheusServer(Path program, Path dir, int port) {
        super("prometheus", STOP_LIMIT);
        this.program = program;
        this.dir = dir.toAbsolutePath();
        this.port = port;
    }

    /// Starts Prometheus with its data, configuration and log in `dir`, and returns when it is ready.
    ///
    /// @param config the text of `prometheus.yml`; file names in it are relative to `dir`
    /// @throws IllegalStateException if Prometheus is missing, the port is in use, or Prometheus is not ready within 60
    ///     s, for example because it rejects the configuration
    public static PrometheusServer start(Path dir, int port, String config) throws IOException, InterruptedException {
        Files.writeString(Files.createDirectories(dir).resolve("prometheus.yml"), config);
        PrometheusServer server = new PrometheusServer(program("prometheus"), dir, port);
        server.restart();
        return server;
    }

    /// @return `http://host:port`
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    static Path program(String name) {
        return PathLookup.find(name)
                .orElseThrow(() -> new IllegalStateException(
                        "There is no " + name + " on the PATH. `make tools` installs it."));
    }

    @Override
    ChildProcess launch() throws IOException {
        requireFree(name(), port);
        return ChildProcess.start(name(), dir.resolve("prometheus.log"), Map.of(), ChildProcess.ENDING_WITH_PARENT,
                List.of(program.toString(), "--config.file=" + dir.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + data(),
                        "--web.listen-address=127.0.0.1:" + port, "--log.level=warn"));
    }

    /// Ready means: the server on the port reports ready, and its data is in `dir`.
    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            started.awaitReady(START_LIMIT, () -> get(client, "/-/ready").statusCode() == 200
                    && get(client, "/api/v1/status/flags").body().contains('"' + data().toString() + '"'));
        }
    }

    private Path data() {
        return dir.resolve("data");
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(5)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
