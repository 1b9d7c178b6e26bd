package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;

/// Connections that stay open after some requests. Nothing about them is unusual but their number.
///
/// @param connections at once
/// @param addresses to connect from
record KeptConnections(int connections, int addresses, Duration held) implements Attack {

    /// Each sends its requests again after this time, so that it does not close as idle.
    private static final Duration EVERY = Duration.ofSeconds(10);

    private static final byte[] REQUESTS = String.join("\r\n", "GET /health/live HTTP/1.1", "Host: localhost",
            "User-Agent: a browser", "Accept: application/json", "", "").repeat(3).getBytes(ISO_8859_1);

    @Override
    public String name() {
        return "kept connections";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        try (Crowd crowd = Crowd.start(target.address(), new Crowd.Plan(connections, Crowd.addresses(addresses),
                REQUESTS, REQUESTS, EVERY, true))) {
            Pause.whileAlive(target, held);
            crowd.judge(findings);
        }
    }
}
