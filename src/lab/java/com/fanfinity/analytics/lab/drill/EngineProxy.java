package com.fanfinity.analytics.lab.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.function.Predicate;

import com.fanfinity.analytics.lab.faults.TcpRelay;

/// A proxy in front of ClickHouse that can delay or reject chosen statements.
final class EngineProxy implements AutoCloseable {

    private static final int HEAD = 8_000;
    private static final byte[] REFUSAL = """
            HTTP/1.1 500 Internal Server Error\r
            Content-Type: text/plain\r
            Content-Length: 27\r
            \r
            the backend does not answer""".getBytes(ISO_8859_1);

    private final TcpRelay relay;
    private volatile Predicate<String> refused = _ -> false;
    private volatile Duration insertDelay = Duration.ZERO;

    EngineProxy(String url) throws IOException {
        relay = new TcpRelay(0, url, Judged::new);
    }

    String url() {
        return relay.url();
    }

    /// Returns 500 for matching statements.
    ///
    /// @param statement gets the decoded query string, the headers and the start of the body
    void refuse(Predicate<String> statement) {
        refused = statement;
    }

    void delayInserts(Duration delay) {
        insertDelay = delay;
    }

    /// Forwards every statement without delay.
    void reset() {
        refused = _ -> false;
        insertDelay = Duration.ZERO;
    }

    private final class Judged implements TcpRelay.Connection {
        @Override
        public void request(byte[] request, OutputStream server, OutputStream client)
                throws IOException, InterruptedException {
            String statement = statement(request);
            if (statement.contains("insert_deduplication_token")) {
                Thread.sleep(insertDelay);
            }
            if (refused.test(statement)) {
                client.write(REFUSAL);
            } else {
                server.write(request);
            }
        }
    }

    private static String statement(byte[] request) {
        String[] lines = new String(request, 0, Math.min(request.length, HEAD), ISO_8859_1).split("\r\n", 2);
        String query = lines[0].replaceFirst("^\\S+ [^ ?]*\\??", "").replaceFirst(" HTTP/1.1$", "");
        return URLDecoder.decode(query, UTF_8) + '\n' + lines[1];
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }
}
