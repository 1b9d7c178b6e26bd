package com.fanfinity.analytics.stack;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.stack.process.ChildProcess;

/// A real Prometheus on loopback, in a process of its own: the `prometheus` of the PATH, which `make tools` installs.
public final class PrometheusServer extends LocalPart {
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

    /// Starts it with its data, configuration and log in `dir`, and returns when it is ready.
    ///
    /// @param config the text of `prometheus.yml`; file names in it are relative to `dir`
    /// @throws IllegalStateException if there is no Prometheus, the port is taken, or it is not ready within 60 s, as with a configuration
    ///     that it does not accept
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

    /// A program of the PATH.
    static Path program(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, name)).filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " on the PATH: `make tools` installs it"));
    }

    @Override
    ChildProcess launch() throws IOException {
        requireFree(name(), port);
        return ChildProcess.start(name(), dir.resolve("prometheus.log"), Map.of(), ChildProcess.ENDING_WITH_PARENT,
                List.of(program.toString(), "--config.file=" + dir.resolve("prometheus.yml"), "--storage.tsdb.path=" + data(),
                        "--web.listen-address=127.0.0.1:" + port, "--log.level=warn"));
    }

    /// Ready is: somebody on the port says so, and its data is in our own directory.
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
