package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes goals and missed penalties. Each team scores by a Poisson process. The means of both teams add up to about
/// 2.7 per match; they depend on the strengths of the clubs and the home advantage.
final class Goals {
    private static final double MEAN_OF_A_TEAM = 1.35;
    private static final double HOME_ADVANTAGE = 1.12;
    private static final double OWN_GOAL = 0.035;
    private static final double FROM_PENALTY = 0.09;
    private static final double MISSED_PENALTIES_OF_A_TEAM = 0.04;
    private static final double RETRACTED_OF_A_TEAM = 0.1;
    /// Leaves time for a review before the final whistle.
    private static final Duration MARGIN = Duration.ofMinutes(4);

    private final MatchTimeline sheet;
    private final Dice dice;
    private final List<Cheer> cheers = new ArrayList<>();

    /// A goal that the fans of `team` celebrate.
    ///
    /// @param stands false if the goal is retracted later
    record Cheer(Duration at, Squad team, boolean stands) {}

    Goals(MatchTimeline sheet, Dice dice) {
        this.sheet = sheet;
        this.dice = dice;
    }

    /// @return every goal, unordered
    List<Cheer> write(Squad home, Squad away) {
        double balance = home.club().strength() / away.club().strength();
        write(home, away, MEAN_OF_A_TEAM * HOME_ADVANTAGE * Math.sqrt(balance));
        write(away, home, MEAN_OF_A_TEAM / HOME_ADVANTAGE / Math.sqrt(balance));
        return List.copyOf(cheers);
    }

    private void write(Squad team, Squad other, double mean) {
        int goals = dice.poisson(mean);
        for (int i = 0; i < goals; i++) {
            goal(team, other, sheet.halves().draw(dice, MARGIN));
        }
        int missed = dice.poisson(MISSED_PENALTIES_OF_A_TEAM);
        for (int i = 0; i < missed; i++) {
            missedPenalty(team, other, sheet.halves().draw(dice, MARGIN));
        }
        int retracted = dice.poisson(RETRACTED_OF_A_TEAM);
        for (int i = 0; i < retracted; i++) {
            retractedGoal(team, sheet.halves().draw(dice, MARGIN));
        }
    }

    private void goal(Squad team, Squad other, Duration at) {
        if (dice.chance(OWN_GOAL)) {
            sheet.add(at, "own_goal", other, other.randomPlayer(at, dice), Map.of("detail", "Deflection"));
        } else if (dice.chance(FROM_PENALTY)) {
            Duration kick = at.plusSeconds(75);
            String taker = penalty(team, other, at, kick);
            sheet.add(kick, "goal", team, taker, Map.of("detail", "Penalty"));
            cheers.add(new Cheer(kick, team, true));
            return;
        } else {
            shotAndGoal(team, at);
        }
        cheers.add(new Cheer(at, team, true));
    }

    private UUID shotAndGoal(Squad team, Duration at) {
        String scorer = team.randomPlayer(at, dice);
        sheet.add(at.minusMillis(700), "shot", team, scorer,
                Map.of("x", dice.between(78, 96), "y", dice.between(30, 70)));
        return sheet.add(at, "goal", team, scorer, Map.of("detail", dice.chance(0.2) ? "Header" : "Shot"));
    }

    private void missedPenalty(Squad team, Squad other, Duration at) {
        Duration kick = at.plusSeconds(75);
        String taker = penalty(team, other, at, kick);
        boolean saved = dice.chance(0.7);
        sheet.add(kick, "penalty_missed", team, taker, Map.of("detail", saved ? "Saved" : "Wide"));
        if (saved) {
            sheet.add(kick.plusMillis(400), "save", other, other.keeper(), Map.of("detail", "Penalty"));
        }
    }

    private String penalty(Squad team, Squad other, Duration at, Duration kick) {
        sheet.add(at.minusSeconds(2), "foul", other, other.randomPlayer(at, dice), Map.of("detail", "In the area"));
        String taker = team.randomPlayer(kick, dice);
        sheet.add(at, "penalty", team, taker, Map.of());
        return taker;
    }

    private void retractedGoal(Squad team, Duration at) {
        UUID goal = shotAndGoal(team, at);
        String reason = dice.pick(List.of("Offside", "Handball", "Foul in the build-up"));
        Duration review = at.plus(dice.between(Duration.ofSeconds(20), Duration.ofSeconds(45)));
        Duration decision = review.plus(dice.between(Duration.ofSeconds(40), Duration.ofSeconds(120)));
        sheet.add(review, "var_review", Map.of("minute", sheet.halves().minute(review), "reviewing", goal.toString()));
        sheet.add(decision, "retraction", Map.of("eventId", goal.toString(), "reason", reason));
        cheers.add(new Cheer(at, team, false));
    }
}
