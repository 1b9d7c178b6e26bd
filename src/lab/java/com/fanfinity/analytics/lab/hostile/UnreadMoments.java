package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Streams that ask for all key moments of a match again and never read.
///
/// @param streams at once, from 40 addresses
/// @param moments of the match, each of about 2 KiB
record UnreadMoments(int streams, int moments, Duration held, String match) implements Attack {

    private static final int ADDRESSES = 40;

    UnreadMoments(int streams, int moments, Duration held) {
        this(streams, moments, held, "moments-" + UUID.randomUUID());
    }

    @Override
    public String name() {
        return "unread streams that ask for old moments";
    }

    @Override
    public void prepare(Target target) throws IOException {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < moments; i++) {
            events.add(EventJson.of(match, "goal", i + 1).team("a").metadata("{\"x\":\"" + "y".repeat(2_000) + "\"}")
                    .json());
        }
        target.load(events);
        target.awaitCounted(match, moments);
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        String partition = SseReader.firstId(target.address(), "/api/matches/" + match + "/stream").split("-", -1)[0];
        byte[] request = ("GET /api/matches/" + match + "/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
                + partition + "-0\r\n\r\n").getBytes(ISO_8859_1);
        try (Crowd crowd = Crowd.start(target.address(),
                Crowd.Plan.silent(streams, Crowd.addresses(ADDRESSES), request))) {
            OpenStreams.judge(target, streams, held, findings);
            crowd.judge(findings);
        }
    }
}
