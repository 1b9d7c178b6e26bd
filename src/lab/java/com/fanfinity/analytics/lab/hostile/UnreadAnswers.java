package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Batches of small invalid events, each with many faults, from clients that do not read the answers.
///
/// @param clients at once, from one address
record UnreadAnswers(int clients, Duration held) implements Attack {

    private static final int EVENTS = 5_000;
    private static final int FIELDS = 32;
    private static final long MOST_BYTES = 1 << 20;

    @Override
    public String name() {
        return "unread answers to batches of invalid events";
    }

    @Override
    public Tolerance tolerance() {
        return Tolerance.REFUSED;
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        byte[] body = body();
        RawHttp.Reply read = RawHttp.once(target.address(), request(body), Duration.ofSeconds(60));
        findings.figure("a request of %.2f MiB gets %d with %.2f MiB", body.length / (double) (1 << 20), read.status(),
                read.body().length / (double) (1 << 20));
        findings.requireAnswers(Map.of(read.status(), 1), 400);
        findings.requireAttack(read.body().length > MOST_BYTES / 2, "an answer has only %d bytes",
                read.body().length);
        findings.require(read.body().length <= MOST_BYTES, "an answer has %d bytes, more than 1 MiB",
                read.body().length);
        try (Crowd crowd = Crowd.start(target.address(),
                Crowd.Plan.silent(clients, Crowd.addresses(1), request(body)))) {
            Pause.whileAlive(target, held);
            crowd.judge(clients / 2, findings);
        }
    }

    private static byte[] request(byte[] body) {
        return RawHttp.post("/api/events/batch", "application/json", body);
    }

    static byte[] body() {
        String event = IntStream.range(0, FIELDS).mapToObj(i -> "\"" + (char) ('a' + i / 6) + i % 6 + "\":0")
                .collect(Collectors.joining(",", "{", "}"));
        return ("[" + String.join(",", Collections.nCopies(EVENTS, event)) + "]").getBytes(UTF_8);
    }
}
