package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Lists of the greatest length, requested at once while there are very many matches.
///
/// @param lists at once, from one address
/// @param rounds of lists, one after the other
/// @param matches with one event each
record ManyLists(int lists, int rounds, int matches) implements Attack {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Override
    public String name() {
        return "lists of very many matches";
    }

    @Override
    public Tolerance tolerance() {
        return new Tolerance(Duration.ofMillis(500), false);
    }

    @Override
    public void prepare(Target target) throws IOException {
        String run = "many-" + UUID.randomUUID();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < matches; i++) {
            events.add(EventJson.of(run + "-" + i, "goal", i + 1L).team("a").json());
        }
        target.load(events);
        // One match of each partition, at the end.
        for (int i = Math.max(0, matches - 50); i < matches; i++) {
            target.awaitCounted(run + "-" + i, 1);
        }
    }

    @Override
    public void strike(Target target, Findings findings) {
        for (int round = 1; round <= rounds && target.isAlive(); round++) {
            long began = System.nanoTime();
            Together together = Together.run(lists, () -> list(target));
            findings.requireAnswers(together.byStatus(), 200, 503);
            findings.figure("round %d: answers by status %s in %.1f s", round, together.byStatus(),
                    (System.nanoTime() - began) / 1e9);
        }
    }

    private static int list(Target target) throws IOException {
        try (RawHttp http = new RawHttp(target.address(), Crowd.ATTACKER, LIMIT)) {
            return http.exchange(RawHttp.get("/api/matches?limit=500")).status();
        }
    }
}
