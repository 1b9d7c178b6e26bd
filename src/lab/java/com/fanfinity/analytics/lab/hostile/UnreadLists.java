package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Streams of the match day that never read.
///
/// @param streams at once, from 40 addresses
/// @param matches in the list
record UnreadLists(int streams, int matches, Duration held) implements Attack {

    private static final int ADDRESSES = 40;

    @Override
    public String name() {
        return "unread streams of the match day";
    }

    @Override
    public void prepare(Target target) throws IOException {
        String run = "list-" + UUID.randomUUID();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < matches; i++) {
            events.add(EventJson.kickOff(run + "-" + i, 2L * i + 1, "home", "away").json());
            events.add(EventJson.of(run + "-" + i, "goal", 2L * i + 2).team("home").json());
        }
        target.load(events);
        target.awaitCounted(run + "-" + (matches - 1), 2);
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        try (Crowd crowd = Crowd.start(target.address(),
                Crowd.Plan.silent(streams, Crowd.addresses(ADDRESSES), RawHttp.get("/api/stream")))) {
            OpenStreams.judge(target, streams, held, findings);
            crowd.judge(findings);
        }
    }
}
