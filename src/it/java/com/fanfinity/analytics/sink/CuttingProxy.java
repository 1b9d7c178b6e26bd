package com.fanfinity.analytics.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fanfinity.analytics.lab.faults.TcpRelay;

/// A proxy in front of ClickHouse. On demand it forwards an insert, awaits the response and closes the connection
/// instead of returning it, so that the client does not know the outcome.
final class CuttingProxy implements AutoCloseable {

    /// Bytes of a request that are searched: its head.
    private static final int HEAD_BYTES = 2_000;

    private final TcpRelay relay;
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();

    private final class Watched implements TcpRelay.Connection {
        private final AtomicBoolean insert = new AtomicBoolean();

        @Override
        public void sent(byte[] chunk, int length) {
            if (new String(chunk, 0, Math.min(length, HEAD_BYTES), ISO_8859_1).contains("insert_deduplication_token")) {
                insert.set(true);
            }
        }

        @Override
        public boolean answered(byte[] chunk, int length) {
            if (insert.getAndSet(false) && toCut.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                cut.incrementAndGet();
                return false;
            }
            return true;
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
