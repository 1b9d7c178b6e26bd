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

/// A real Alertmanager on loopback, in its own process and without a cluster: the `prometheus-alertmanager` on the
/// PATH, which `make tools` installs.
public final class AlertmanagerServer extends StackComponent {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Path program;
    private final Path dir;
    private final int port;

    private AlertmanagerServer(Path program, Path dir, int port) {
        super("alertmanager", STOP_LIMIT);
        this.program = program;
        this.dir = dir.toAbsolutePath();
        this.port = port;
    }

    /// Starts Alertmanager with its data, configuration and log in `dir`, and returns when it is ready.
    ///
    /// @param config the text of `alertmanager.yml`; file names in it are relative to `dir`
    /// @throws IllegalStateException if Alertmanager is missing, the port is in use, or Alertmanager is not ready
    ///     within 30 s, for example because it rejects the configuration
    public static AlertmanagerServer start(Path dir, int port, String config) throws IOException, InterruptedException {
        Files.writeString(Files.createDirectories(dir).resolve("alertmanager.yml"), config);
        AlertmanagerServer server = new AlertmanagerServer(PrometheusServer.program("prometheus-alertmanager"), dir,
                port);
        server.restart();
        return server;
    }

    /// @return `http://host:port`
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    ChildProcess launch() throws IOException {
        requireFree(name(), port);
        return ChildProcess.start(name(), dir.resolve("alertmanager.log"), Map.of(), ChildProcess.ENDING_WITH_PARENT,
                List.of(program.toString(), "--config.file=" + dir.resolve("alertmanager.yml"),
                        "--storage.path=" + dir.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port, "--cluster.listen-address=", "--log.level=info"));
    }

    /// The port was free before the start, so the server that answers on it is this one.
    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url() + "/-/ready")).timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            started.awaitReady(START_LIMIT,
                    () -> client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
        }
    }
}
