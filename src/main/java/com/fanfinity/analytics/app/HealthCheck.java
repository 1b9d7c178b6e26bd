package com.fanfinity.analytics.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;

/// The health check of the container, whose image has neither a shell nor curl. It requests a health path of the
/// operators' listener of the service with the same environment and exits with 0 for status 200, else with 1. It uses a
/// plain socket, because loading an HTTP client takes longer than the request itself.
final class HealthCheck {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String READY = "/health/ready";

    private HealthCheck() {}

    /// @param args the path, `/health/ready` by default
    static void main(String[] args) {
        String path = args.length == 0 ? READY : args[0];
        try {
            String status = status(SettingsLoader.load(System.getenv()).ops(), path);
            System.out.println(path + ": " + status);
            System.exit(isHealthy(status) ? 0 : 1);
        } catch (IOException | SettingsException e) {
            System.err.println(path + ": " + e.getMessage());
            System.exit(1);
        }
    }

    static boolean isHealthy(String statusLine) {
        return statusLine.startsWith("HTTP/1.1 200 ");
    }

    /// @return the status line
    /// @throws IOException if the service does not answer within 3 s
    static String status(Settings.Ops ops, String path) throws IOException {
        InetAddress listening = InetAddress.getByName(ops.host());
        InetAddress address = listening.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listening;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, ops.port()), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
            return line == null ? "connection closed without an answer" : line;
        }
    }
}
