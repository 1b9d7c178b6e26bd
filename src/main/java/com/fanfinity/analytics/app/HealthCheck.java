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

/// What a container's health check runs, in an image that has no shell and no curl: asks the service of the same environment and
/// exits with 0 if it is well, else with 1. A socket and a line, because an HTTP client's classes would cost more than the question.
final class HealthCheck {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String READY = "/health/ready";

    private HealthCheck() {}

    /// @param args the path to ask, `/health/ready` if there is none
    static void main(String[] args) {
        String path = args.length == 0 ? READY : args[0];
        try {
            Settings.Http http = SettingsLoader.load(System.getenv()).http();
            String status = status(http, path);
            System.out.println(path + ": " + status);
            System.exit(isWell(status) ? 0 : 1);
        } catch (IOException | SettingsException e) {
            System.err.println(path + ": " + e.getMessage());
            System.exit(1);
        }
    }

    static boolean isWell(String statusLine) {
        return statusLine.startsWith("HTTP/1.1 200 ");
    }

    /// @return the status line
    /// @throws IOException if nothing answers within 3 s
    static String status(Settings.Http http, String path) throws IOException {
        InetAddress listening = InetAddress.getByName(http.host());
        InetAddress address = listening.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listening;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, http.port()), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
            return line == null ? "no answer" : line;
        }
    }
}
