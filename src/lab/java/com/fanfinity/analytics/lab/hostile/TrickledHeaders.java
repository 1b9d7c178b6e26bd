package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;

/// More connections than the service allows, each with a header that never ends.
///
/// @param connections at once
/// @param addresses to connect from
record TrickledHeaders(int connections, int addresses, Duration held) implements Attack {

    private static final Duration EVERY = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "trickled headers from " + addresses + " addresses";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        byte[] opening = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(ISO_8859_1);
        try (Crowd crowd = Crowd.start(target.address(), new Crowd.Plan(connections, Crowd.addresses(addresses),
                opening, new byte[]{'a'}, EVERY, true))) {
            Pause.whileAlive(target, held);
            crowd.judge(findings);
        }
    }
}
