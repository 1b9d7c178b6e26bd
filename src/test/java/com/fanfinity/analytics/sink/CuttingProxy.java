package com.fanfinity.analytics.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands in front of ClickHouse and, when told to, lets a whole insert of events pass, awaits its answer, and hangs up instead of
/// passing that on: the client cannot know what became of it.
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket server;
    private final URI target;
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();

    CuttingProxy(String url) throws IOException {
        target = URI.create(url);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void cutNext(int inserts) {
        toCut.set(inserts);
    }

    int cut() {
        return cut.get();
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
            boolean[] insert = new boolean[1];
            Thread requests = Thread.ofVirtual().start(() -> copyRequests(client, upstream, insert));
            InputStream answers = upstream.getInputStream();
            byte[] chunk = new byte[1 << 16];
            for (int read = answers.read(chunk); read > 0; read = answers.read(chunk)) {
                if (insert[0] && toCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                    cut.incrementAndGet();
                    return;
                }
                insert[0] = false;
                client.getOutputStream().write(chunk, 0, read);
            }
            requests.join();
        } catch (IOException _) {
            // one side hung up: so does the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copyRequests(Socket client, Socket upstream, boolean[] insert) {
        byte[] chunk = new byte[1 << 16];
        try {
            OutputStream out = upstream.getOutputStream();
            InputStream in = client.getInputStream();
            for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
                if (new String(chunk, 0, Math.min(read, 2_000), StandardCharsets.ISO_8859_1).contains("insert_deduplication_token")) {
                    insert[0] = true;
                }
                out.write(chunk, 0, read);
            }
            upstream.shutdownOutput();
        } catch (IOException _) {
            // the other direction ends it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
