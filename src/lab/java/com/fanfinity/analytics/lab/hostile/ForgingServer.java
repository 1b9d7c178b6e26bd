package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands for an instance, records the heads of the requests, and answers each with markup.
final class ForgingServer implements AutoCloseable {

    /// In the body and in the headers of each answer.
    static final String MARK = "forged-by-a-member";

    private static final int MOST_RECORDED = 10_000;

    private final ServerSocket server;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private ForgingServer(ServerSocket server) {
        this.server = server;
    }

    static ForgingServer start(String address, int port) throws IOException {
        ForgingServer started = new ForgingServer(new ServerSocket(port, 50, InetAddress.ofLiteral(address)));
        Thread.ofVirtual().name("forging-server").start(started::accept);
        return started;
    }

    /// The heads of all requests.
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        byte[] body = ("<script>alert(document.domain)</script> " + MARK).getBytes(UTF_8);
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: text/html; name=" + MARK
                + "\r\nRetry-After: 1\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1);
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), ISO_8859_1))) {
            StringBuilder request = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                request.append(line).append('\n');
                if (line.isEmpty() && requests.size() < MOST_RECORDED) {
                    requests.add(request.toString());
                    request.setLength(0);
                    client.getOutputStream().write(RawHttp.joined(head, body));
                }
            }
        } catch (IOException _) {
            // the instance has disconnected
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
