package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fanfinity.analytics.lab.faults.TcpRelay;

/// A proxy in front of ClickHouse. On demand it forwards an insert, awaits the response and closes the connection
/// instead of returning it, so that the client does not know the outcome.
final class CuttingProxy implements AutoCloseable {

    /// Bytes of a request that are searched: its head.
    private static final int HEAD_BYTES = 8_000;

    private final TcpRelay relay;
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();

    private final class Watched implements TcpRelay.Connection {
        private final AtomicBoolean insert = new AtomicBoolean();

        @Override
        public void request(byte[] request, OutputStream server, OutputStream client) throws IOException {
            String head = new String(request, 0, Math.min(request.length, HEAD_BYTES), ISO_8859_1);
            insert.set(head.contains("insert_deduplication_token"));
            server.write(request);
        }

        @Override
        public void answer(byte[] bytes, OutputStream client) throws IOException {
            if (insert.getAndSet(false) && toCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                cut.incrementAndGet();
                throw new IOException("cut");
            }
            client.write(bytes);
        }
    }

    CuttingProxy(String url) throws IOException {
        relay = new TcpRelay(0, url, Watched::new);
    }

    String url() {
        return relay.url();
    }

    void cutNext(int inserts) {
        toCut.set(inserts);
    }

    int cut() {
        return cut.get();
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }
}
