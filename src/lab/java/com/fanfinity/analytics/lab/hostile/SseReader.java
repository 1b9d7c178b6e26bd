package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Reads the beginning of an update stream.
final class SseReader {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private SseReader() {}

    /// The first `id:` of a stream.
    static String firstId(InetSocketAddress address, String path) throws IOException {
        try (Socket socket = open(address, path); BufferedReader lines = lines(socket)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    return line.substring(4).strip();
                }
            }
        }
        throw new IOException("the stream ended without an id");
    }

    /// The length of the longest line within `time`, in characters.
    static int longestLine(InetSocketAddress address, String path, Duration time) throws IOException {
        int longest = 0;
        long end = System.nanoTime() + time.toNanos();
        try (Socket socket = open(address, path); BufferedReader lines = lines(socket)) {
            for (String line = lines.readLine(); line != null && System.nanoTime() - end < 0; line = lines.readLine()) {
                longest = Math.max(longest, line.length());
            }
        } catch (SocketTimeoutException _) {
            // the stream is silent
        }
        return longest;
    }

    private static Socket open(InetSocketAddress address, String path) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.getOutputStream().write(RawHttp.get(path));
        return socket;
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }
}
