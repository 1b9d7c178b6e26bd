package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fanfinity.analytics.lab.verify.EventJson;

/// Timelines with many minutes and long team ids, all requested at once and not read. If the service refuses the whole
/// timeline, they are of the largest range that it allows.
///
/// @param requests at once, from one address
/// @param minutes of the match, each with an event of every team
record LargeTimelines(int requests, int minutes, int teams, Duration held, String match) implements Attack {

    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final long MOST_BYTES = 4 << 20;

    /// The refusal of a timeline that is too large names the range that fits.
    private static final Pattern FITS = Pattern.compile("request from=\\S+ and to=([^ ,]+),");

    /// Three bytes a character in UTF-8.
    private static final String LONG_ID = "界".repeat(58);

    LargeTimelines(int requests, int minutes, int teams, Duration held) {
        this(requests, minutes, teams, held, "timeline-" + UUID.randomUUID());
    }

    @Override
    public String name() {
        return "large timelines at once";
    }

    @Override
    public Tolerance tolerance() {
        return Tolerance.REFUSED;
    }

    @Override
    public void prepare(Target target) throws IOException {
        List<String> events = new ArrayList<>();
        for (int minute = 0; minute < minutes; minute++) {
            for (int team = 0; team < teams; team++) {
                events.add(EventJson.of(match, "share", events.size() + 1L).team(teamId(team))
                        .at(START.plusSeconds(60L * minute)).json());
            }
        }
        target.load(events);
        target.awaitCounted(match, events.size());
    }

    static String teamId(int team) {
        return LONG_ID + String.format("%06d", team);
    }

    @Override
    public void strike(Target target, Findings findings) throws IOException {
        String path = "/api/matches/" + match + "/timeline";
        RawHttp.Reply all = timeline(target, path, findings);
        Matcher fits = FITS.matcher(all.text());
        byte[] request = RawHttp.get(path);
        if (all.status() == 400 && fits.find()) {
            request = RawHttp.get(path + "?to=" + fits.group(1));
            all = timeline(target, path + "?to=" + fits.group(1), findings);
        }
        findings.requireAnswers(Map.of(all.status(), 1), 200);
        findings.requireAttack(all.body().length > MOST_BYTES / 2, "a timeline has only %d bytes", all.body().length);
        try (Crowd crowd = Crowd.start(target.address(),
                Crowd.Plan.silent(requests, Crowd.addresses(1), request))) {
            Pause.whileAlive(target, held);
            crowd.judge(findings);
        }
    }

    private static RawHttp.Reply timeline(Target target, String path, Findings findings) throws IOException {
        RawHttp.Reply one = RawHttp.once(target.address(), RawHttp.get(path), Duration.ofSeconds(60));
        findings.figure("one timeline: %d with %.2f MiB", one.status(), one.body().length / (double) (1 << 20));
        findings.require(one.body().length <= MOST_BYTES, "an answer has %d bytes, more than 4 MiB", one.body().length);
        return one;
    }
}
