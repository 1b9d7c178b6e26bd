package com.fanfinity.analytics.stack;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.stack.bridge.ClickHouseBridge;
import com.fanfinity.analytics.stack.process.ChildProcess;

/// A real ClickHouse: the server at `CLICKHOUSE_URL`, or else a `clickhouse` binary on the PATH, or else the engine as
/// a library behind [ClickHouseBridge]. The last two run on loopback in their own process, and their data survives kill
/// -9.
public final class ClickHouseEngine extends StackComponent {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Path dir;
    private final Path log;
    private final int port;
    private final String token = UUID.randomUUID().toString();
    private final @Nullable EngineProgram program;

    private ClickHouseEngine(Path dir, int port, Path log, @Nullable EngineProgram program) {
        super("clickhouse", STOP_LIMIT);
        this.dir = dir.toAbsolutePath();
        this.port = port;
        this.log = log;
        this.program = program;
    }

    /// Starts an engine with its data and log in `dir`, and returns when it answers.
    ///
    /// @throws IllegalStateException if the port is in use, or the engine is not ready within 60 s
    public static ClickHouseEngine start(Path dir, int port) throws IOException, InterruptedException {
        return start(dir, port, dir.resolve("clickhouse.log"));
    }

    /// Like [#start(Path, int)], with another log file.
    public static ClickHouseEngine start(Path dir, int port, Path log) throws IOException, InterruptedException {
        boolean external = !externalUrl().isEmpty();
        ClickHouseEngine engine = new ClickHouseEngine(dir, port, log, external ? null : EngineProgram.choose());
        if (!external) {
            engine.restart();
        }
        return engine;
    }

    /// @return whether the server is the one at `CLICKHOUSE_URL`, which has no pid here and gets no signals
    public boolean external() {
        return program == null;
    }

    /// @return `http://host:port`
    public String url() {
        return program == null ? externalUrl() : "http://127.0.0.1:" + port;
    }

    /// The directory of the disk `backups`.
    public Path backups() {
        return dir.resolve("backups");
    }

    @Override
    ChildProcess launch() throws IOException {
        requireFree(name(), port);
        Files.createDirectories(dir.resolve("data"));
        return how().launch(dir, port, log, token);
    }

    @Override
    void awaitReady(ChildProcess started) throws InterruptedException {
        EngineProgram how = how();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            started.awaitReady(START_LIMIT, () -> isOurs(client, how));
        }
    }

    private EngineProgram how() {
        return requireNonNull(program, "the server at CLICKHOUSE_URL cannot be started here");
    }

    private boolean isOurs(HttpClient client, EngineProgram how) throws IOException, InterruptedException {
        return switch (how) {
            case EngineProgram.Library _ -> get(client, "/ping").headers().firstValue(ClickHouseBridge.TOKEN_HEADER)
                    .filter(token::equals).isPresent();
            case EngineProgram.Binary _ -> get(client, "/?query=SELECT%20serverUUID()").body().strip()
                    .equals(Files.readString(dir.resolve("data/uuid")).strip());
        };
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(5)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String externalUrl() {
        return System.getenv().getOrDefault("CLICKHOUSE_URL", "");
    }
}
