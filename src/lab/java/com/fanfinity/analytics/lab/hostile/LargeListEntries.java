package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Matches with very many teams and very long names, whose entries make the list of the match day large.
///
/// @param matches each with a kick-off and an event of every team
record LargeListEntries(int matches, int teams) implements Attack {

    private static final int MOST_FRAME = 1 << 20;
    private static final int MOST_ANSWER = 4 << 20;

    /// Three bytes for each character; the service refuses control characters in names.
    private static final String LONG_NAME = "\u20ac".repeat(256);

    @Override
    public String name() {
        return "large entries of the list";
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        String run = "entries-" + UUID.randomUUID();
        List<String> events = new ArrayList<>();
        for (int match = 0; match < matches; match++) {
            String id = run + "-" + match;
            for (int team = 0; team < teams; team++) {
                events.add(EventJson.of(id, "goal", events.size() + 1L).team(LargeTimelines.teamId(team))
                        .at(Instant.now()).json());
            }
            events.add(EventJson.of(id, "match_start", events.size() + 1L).at(Instant.now())
                    .metadata("{\"homeTeamId\":\"" + LargeTimelines.teamId(1) + "\",\"awayTeamId\":\""
                            + LargeTimelines.teamId(2) + "\",\"homeTeam\":\"" + LONG_NAME + "\",\"awayTeam\":\""
                            + LONG_NAME + "\",\"competition\":\"" + LONG_NAME + "\",\"venue\":\"" + LONG_NAME + "\"}")
                    .json());
        }
        target.load(events);
        target.awaitCounted(run + "-" + (matches - 1), teams + 1L);
        RawHttp.Reply list = RawHttp.once(target.address(), RawHttp.get("/api/matches?limit=500"),
                Duration.ofSeconds(30));
        int frame = SseReader.longestLine(target.address(), "/api/stream", Duration.ofSeconds(3));
        findings.figure("%d events; the list has %.2f MiB, the longest frame %.2f MiB", events.size(),
                list.body().length / (double) (1 << 20), frame / (double) (1 << 20));
        findings.requireAnswers(Map.of(list.status(), 1), 200);
        int listed = list.text().split(run, -1).length - 1;
        findings.requireAttack(listed >= matches, "the list has %d of %d matches", listed, matches);
        findings.requireAttack(frame > MOST_FRAME / 16, "the longest frame has only %d bytes", frame);
        findings.require(frame <= MOST_FRAME, "a frame has %d bytes, more than 1 MiB", frame);
        findings.require(list.body().length <= MOST_ANSWER, "the list has %d bytes, more than 4 MiB",
                list.body().length);
    }
}
