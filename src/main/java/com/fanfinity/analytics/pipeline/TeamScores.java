package com.fanfinity.analytics.pipeline;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

import com.fanfinity.analytics.pipeline.MatchStats.Tally;

/// Goals by team, computed from the tallies of a match. Only the two teams of the match have a score: an event of a
/// third team is a mistake, and changes no score.
final class TeamScores {

    private static final int TEAMS = 2;

    private TeamScores() {}

    /// The goals of each team and the own goals of its opponent. An own goal is credited only if both teams are known.
    static SortedMap<String, Long> score(MatchStats stats) {
        Set<String> teams = playingTeams(stats);
        return perTeam(teams, team -> tally(stats, team).goals() + opponentOwnGoals(stats, teams, team));
    }

    private static long opponentOwnGoals(MatchStats stats, Set<String> teams, String team) {
        return teams.stream().filter(other -> !other.equals(team)).mapToLong(other -> tally(stats, other).ownGoals())
                .sum();
    }

    /// Goals of the penalty shoot-out; empty without a shoot-out.
    static SortedMap<String, Long> shootout(MatchStats stats) {
        Set<String> teams = playingTeams(stats);
        return teams.stream().allMatch(team -> tally(stats, team).shootoutGoals() == 0)
                ? new TreeMap<>()
                : perTeam(teams, team -> tally(stats, team).shootoutGoals());
    }

    private static SortedMap<String, Long> perTeam(Set<String> teams, ToLongFunction<String> goals) {
        SortedMap<String, Long> score = new TreeMap<>();
        teams.forEach(team -> score.put(team, goals.applyAsLong(team)));
        return score;
    }

    /// The teams that the standing `match_start` names. If it names fewer than two, also the teams with the most events
    /// on the pitch.
    private static Set<String> playingTeams(MatchStats stats) {
        Set<String> teams = new LinkedHashSet<>();
        stats.fixture().homeTeamId().ifPresent(teams::add);
        stats.fixture().awayTeamId().ifPresent(teams::add);
        stats.onPitch().busiestFirst().filter(team -> !teams.contains(team)).limit(TEAMS - (long) teams.size()).toList()
                .forEach(teams::add);
        return teams;
    }

    private static Tally tally(MatchStats stats, String team) {
        return stats.tallies().getOrDefault(team, Tally.NONE);
    }
}
