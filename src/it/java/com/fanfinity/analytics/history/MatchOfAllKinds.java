package com.fanfinity.analytics.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.lab.verify.EventJson;

/// A match with the cases that recorded matches lack: retractions before and after their targets, also of the match
/// end; an own goal, a shoot-out, cards of every kind, fans, oddly formatted metadata, events out of order and with
/// equal timestamps.
public final class MatchOfAllKinds {

    static final Instant KICK_OFF = Instant.parse("2026-06-01T18:00:00Z");

    private static final String HOME = "A";
    private static final String AWAY = "b-ß";

    private final String matchId;
    private final List<String> events = new ArrayList<>();
    private long number;

    private MatchOfAllKinds(String matchId) {
        this.matchId = matchId;
    }

    /// The events as JSON, in the order of sending.
    public static List<String> events(String matchId) {
        MatchOfAllKinds match = new MatchOfAllKinds(matchId);
        match.firstHalf();
        match.cards();
        match.shootout();
        match.fans();
        match.moreTeamsThanAreKeptApart();
        return List.copyOf(match.events);
    }

    private EventJson event(String type, long second) {
        return EventJson.of(matchId, type, ++number).at(KICK_OFF.plusSeconds(second));
    }

    /// @return its number
    private long add(EventJson event) {
        events.add(event.json());
        return number;
    }

    private void retract(long target, long second) {
        add(EventJson.retraction(matchId, ++number, EventJson.idOf(target)).at(KICK_OFF.plusSeconds(second)));
    }

    private void firstHalf() {
        add(event("match_start", 0).metadata("{ \"homeTeamId\":\"" + HOME + "\",\t\"awayTeamId\" : \"" + AWAY
                + "\", \"homeTeam\":\"Fränce\", \"awayTeam\":\"克罗地亚\", \"venue\":\"\\u004d\" }"));
        for (int i = 0; i < 40; i++) {
            add(event("pass", 3_000 - 70L * i).team(i % 3 == 0 ? AWAY : HOME));
        }
        add(event("goal", 100).team(HOME));
        long disallowed = add(event("goal", 160).team(AWAY).metadata("{\"detail\":  1e3, \"by\":\"Müller\"}"));
        add(event("own_goal", 160).team(AWAY));
        retract(disallowed, 161);
        retract(disallowed, 162);
        add(event("penalty_missed", 170).team(HOME));
    }

    private void cards() {
        add(event("yellow_card", 200).team(HOME));
        add(event("second_yellow_card", 201).team(HOME));
        add(event("red_card", 202).team(AWAY));
        // The retraction arrives before its target. ClickHouse cannot read its metadata as it was sent.
        add(event("retraction", 203).metadata("{\"eventId\":\"" + EventJson.idOf(number + 1)
                + "\",\"x\":[1e400, 18446744073709551616],\"note\":\"\\ud83d\"}"));
        add(event("red_card", 204).team(AWAY));
    }

    private void shootout() {
        for (int i = 0; i < 4; i++) {
            add(event(i % 2 == 0 ? "shootout_goal" : "shootout_missed", 7_200 + i).team(i == 2 ? AWAY : HOME));
        }
        long tooEarly = add(event("match_end", 6_000));
        retract(tooEarly, 6_001);
        add(event("match_end", 7_300));
    }

    /// Events with equal timestamps, and with identities whose halves order them differently.
    private void fans() {
        for (long i = 0; i < 20; i++) {
            add(new EventJson(matchId, "reaction", new UUID(i * 0x0123_4567_89ab_cdefL, -i * 0x0765_4321_0fed_cba9L),
                    KICK_OFF.plusSeconds(7_299).toString(), Optional.empty(), Optional.empty()));
        }
        add(event("comment", 7_310).team("fans"));
    }

    /// The teams that are counted separately depend on the order of counting, which differs from the order of times.
    private void moreTeamsThanAreKeptApart() {
        for (int i = 0; i < 70; i++) {
            add(event("reaction", 7_200 - i).team("fans-" + (i * 37) % 70));
        }
    }
}
