package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All events of a match, generated before it starts. The same seed, fixture and kick-off give the same events with the
/// same ids. A match has 2,000 to 3,000 events, about 1,450 of them from the pitch.
///
/// @param events in chronological order
record MatchScript(Fixture fixture, Instant kickOff, List<SimulatedEvent> events) {
    MatchScript {
        events = List.copyOf(events);
    }

    /// @param kickOff the timestamp of the first event, truncated to milliseconds
    static MatchScript write(long seed, Fixture fixture, Instant kickOff) {
        var dice = new Dice(seed);
        Halves halves = Halves.draw(dice.fork());
        var sheet = new MatchTimeline(fixture.matchId(), Instant.ofEpochMilli(kickOff.toEpochMilli()), halves);
        var home = new Squad(fixture.home());
        var away = new Squad(fixture.away());
        sheet.add(Duration.ZERO, "match_start", names(fixture));
        sheet.add(Duration.ZERO, "period_start", Map.of("period", "1H"));
        new Discipline(sheet, dice.fork()).write(List.of(home, away));
        List<Goals.Cheer> goals = new Goals(sheet, dice.fork()).write(home, away);
        new OpenPlay(sheet, dice.fork(), home, away).write();
        new Fans(sheet, dice.fork(), home, away).write(goals);
        sheet.add(halves.firstEnd(), "period_end", Map.of("period", "1H"));
        sheet.add(halves.secondStart(), "period_start", Map.of("period", "2H"));
        sheet.add(halves.secondEnd(), "period_end", Map.of("period", "2H"));
        sheet.add(halves.secondEnd().plusSeconds(2), "match_end", Map.of());
        return new MatchScript(fixture, kickOff, sheet.inOrder());
    }

    /// The time from kick-off to the final whistle, in match time.
    Duration length() {
        return events.getLast().offset();
    }

    private static Map<String, Object> names(Fixture fixture) {
        var names = new LinkedHashMap<String, Object>();
        names.put("homeTeamId", fixture.home().id());
        names.put("awayTeamId", fixture.away().id());
        names.put("homeTeam", fixture.home().name());
        names.put("awayTeam", fixture.away().name());
        names.put("competition", fixture.competition());
        names.put("venue", fixture.home().venue());
        return names;
    }
}
