package com.fanfinity.analytics.pipeline;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The teams with events on the pitch, and the number of these events. A retracted key moment does not count. Fan
/// events do not count either: fans can name any team.
///
/// Clients name the teams, so their number is bounded. Not thread-safe.
final class PitchTeams {

    /// The team with the most events first. Of two teams with equally many, the one with the greater id: `0` and other
    /// placeholders have small ids.
    private static final Comparator<Map.Entry<String, Long>> BUSIEST_FIRST = Map.Entry.<String, Long>comparingByValue()
            .thenComparing(Map.Entry.comparingByKey()).reversed();

    private final SortedMap<String, Long> events = new TreeMap<>();

    void add(String team) {
        if (events.size() < Counts.MAX_TEAMS || events.containsKey(team)) {
            events.merge(team, 1L, Long::sum);
        }
    }

    void remove(String team) {
        events.computeIfPresent(team, (_, count) -> count > 1 ? count - 1 : null);
    }

    Stream<String> busiestFirst() {
        return events.entrySet().stream().sorted(BUSIEST_FIRST).map(Map.Entry::getKey);
    }

    void writeTo(StateOutput out) {
        out.number(events.size());
        events.forEach((team, count) -> out.text(team).number(count));
    }

    static PitchTeams readFrom(StateInput in) {
        PitchTeams teams = new PitchTeams();
        for (int left = in.small(); left > 0; left--) {
            teams.events.put(in.text(), in.number());
        }
        return teams;
    }

    /// Reads the form of earlier versions, which had no numbers.
    ///
    /// @param byTeam the events of each team, including those of fans, as the nearest known number
    static PitchTeams readNames(StateInput in, Map<String, Long> byTeam) {
        PitchTeams teams = new PitchTeams();
        for (int left = in.small(); left > 0; left--) {
            String team = in.text();
            teams.events.put(team, byTeam.getOrDefault(team, 1L));
        }
        return teams;
    }
}
