package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.stack.Await;

/// Clients of one address that read a large archived match again and again. Each read takes a count in ClickHouse.
/// Others read a match that is live.
///
/// The target must archive matches within seconds. The rates of the service may refuse a part of the reads.
///
/// @param clients at once, from one address
/// @param events of the archived match
record ArchivedReads(int clients, int events, Duration held, String match) implements Attack {

    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration ARCHIVED_WITHIN = Duration.ofMinutes(2);
    private static final List<String> LIVE_READS = List.of("/timeline", "/events", "/moments");

    ArchivedReads(int clients, int events, Duration held) {
        this(clients, events, held, "archived-" + UUID.randomUUID());
    }

    @Override
    public String name() {
        return "reads of an archived match";
    }

    @Override
    public void prepare(Target target) throws IOException {
        List<String> loaded = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            loaded.add(EventJson.of(match, "share", i + 1L).team("t").at(START.plusSeconds(i)).json());
        }
        target.load(loaded);
        Await.until(ARCHIVED_WITHIN, "the match is archived", () -> target.metric("matches_archived_total") > 0);
        RawHttp.once(target.address(), Bystander.event(), LIMIT);
        target.awaitCounted(Bystander.MATCH, 1);
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException, InterruptedException {
        byte[] moments = RawHttp.get("/api/matches/" + match + "/moments");
        Map<Integer, Integer> byStatus = new RepeatedReads(clients, () -> moments).during(target,
                () -> observe(target, findings));
        findings.figure("reads of the archived match by status %s", byStatus);
        int read = byStatus.getOrDefault(200, 0);
        findings.requireAttack(read >= clients, "%d reads of the archived match were answered", read);
        findings.requireAnswers(byStatus, 200, 429, 503);
    }

    private void observe(Target target, Findings findings) throws IOException, InterruptedException {
        Map<Integer, Integer> byStatus = new ConcurrentSkipListMap<>();
        long end = System.nanoTime() + held.toNanos();
        while (System.nanoTime() - end < 0 && target.isAlive()) {
            for (String read : LIVE_READS) {
                byStatus.merge(RawHttp.once(target.address(),
                        RawHttp.get("/api/matches/" + Bystander.MATCH + read), LIMIT).status(), 1, Integer::sum);
            }
            Pause.whileAlive(target, Duration.ofMillis(200));
        }
        findings.figure("reads of a live match by status %s", byStatus);
        findings.require(byStatus.keySet().equals(Set.of(200)), "reads of a live match got %s", byStatus);
    }
}
