package com.fanfinity.analytics.lab.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.net.httpserver.HttpServer;

import com.fanfinity.analytics.stack.process.Ports;

/// Replaces the service in tests of the stack: ready at once, and writes the addresses in its environment to a file.
public final class StandInService {
    private StandInService() {}

    static void main() throws IOException {
        HttpServer server = HttpServer.create(Ports.loopback(Integer.parseInt(System.getenv("HTTP_PORT"))), 16);
        server.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        Path state = Files.createDirectories(Path.of(System.getenv("STATE_DIR")));
        Files.writeString(state.resolve("environment"),
                System.getenv("KAFKA_BOOTSTRAP_SERVERS") + " " + System.getenv("CLICKHOUSE_URL"));
        server.start();
    }
}
