package com.fanfinity.analytics.pipeline;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

import com.fanfinity.analytics.pipeline.MatchStats.Tally;

/// Goals by team, computed from the tallies of a match.
final class TeamScores {

    private TeamScores() {}

    /// The goals of each team and the own goals of its opponent. An own goal is credited only if exactly two teams are
    /// known.
    static SortedMap<String, Long> score(MatchStats stats) {
        Set<String> teams = playingTeams(stats);
        return perTeam(stats, teams, team -> tally(stats, team).goals() + (teams.size() == 2 && teams.contains(team)
                ? opponentOwnGoals(stats, teams, team)
                : 0));
    }

    private static long opponentOwnGoals(MatchStats stats, Set<String> teams, String team) {
        return teams.stream().filter(other -> !other.equals(team)).mapToLong(other -> tally(stats, other).ownGoals())
                .sum();
    }

    /// Goals of the penalty shoot-out; empty without a shoot-out.
    static SortedMap<String, Long> shootout(MatchStats stats) {
        boolean none = stats.tallies().values().stream().allMatch(tally -> tally.shootoutGoals() == 0);
        return none ? new TreeMap<>() : perTeam(stats, playingTeams(stats), team -> tally(stats, team).shootoutGoals());
    }

    private static SortedMap<String, Long> perTeam(MatchStats stats, Set<String> playing,
            ToLongFunction<String> goals) {
        SortedMap<String, Long> score = new TreeMap<>();
        Set<String> teams = new TreeSet<>(playing);
        teams.addAll(stats.tallies().keySet());
        teams.forEach(team -> {
            long number = goals.applyAsLong(team);
            if (number > 0 || playing.contains(team)) {
                score.put(team, number);
            }
        });
        return score;
    }

    /// The teams that `match_start` names. If it names fewer than two, also the teams seen on the pitch, which may be
    /// any number.
    private static Set<String> playingTeams(MatchStats stats) {
        Set<String> teams = new LinkedHashSet<>();
        stats.fixture().homeTeamId().ifPresent(teams::add);
        stats.fixture().awayTeamId().ifPresent(teams::add);
        if (teams.size() < 2) {
            teams.addAll(stats.onPitch());
        }
        return teams;
    }

    private static Tally tally(MatchStats stats, String team) {
        return stats.tallies().getOrDefault(team, Tally.NONE);
    }
}
