package com.fanfinity.analytics.tracing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fanfinity.analytics.lab.faults.TcpRelay;

/// A proxy in front of ClickHouse that forwards every byte and records the `traceparent` headers.
final class HeaderWatch implements AutoCloseable {

    private static final Pattern HEADER = Pattern.compile("\r\ntraceparent: (\\S+)\r\n", Pattern.CASE_INSENSITIVE);

    private final TcpRelay relay;
    private final Set<String> traceparents = ConcurrentHashMap.newKeySet();

    private final class Watched implements TcpRelay.Connection {
        @Override
        public void request(byte[] request, OutputStream server, OutputStream client) throws IOException {
            Matcher header = HEADER.matcher(new String(request, ISO_8859_1));
            while (header.find()) {
                traceparents.add(header.group(1));
            }
            server.write(request);
        }
    }

    HeaderWatch(String url) throws IOException {
        relay = new TcpRelay(0, url, Watched::new);
    }

    String url() {
        return relay.url();
    }

    Set<String> traceparents() {
        return traceparents;
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }
}
