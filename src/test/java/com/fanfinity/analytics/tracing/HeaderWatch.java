package com.fanfinity.analytics.tracing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Stands in front of ClickHouse, passes every byte on, and keeps the `traceparent` headers that come by.
final class HeaderWatch implements AutoCloseable {

    private static final Pattern HEADER = Pattern.compile("\r\ntraceparent: (\\S+)\r\n", Pattern.CASE_INSENSITIVE);

    private final ServerSocket server;
    private final URI target;
    private final Set<String> traceparents = ConcurrentHashMap.newKeySet();

    HeaderWatch(String url) throws IOException {
        target = URI.create(url);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    Set<String> traceparents() {
        return traceparents;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void relay(Socket client) {
        try (client; Socket upstream = new Socket(target.getHost(), target.getPort())) {
            Thread answers = Thread.ofVirtual().start(() -> copy(upstream, client));
            copy(client, upstream);
            answers.join();
        } catch (IOException _) {
            // one of them is gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[1 << 16];
            for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
                Matcher header = HEADER.matcher(new String(chunk, 0, read, ISO_8859_1));
                while (header.find()) {
                    traceparents.add(header.group(1));
                }
                out.write(chunk, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException _) {
            // one of them is gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
