package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Writes the events of open play by a Poisson process. The types have the same shares as in the recorded World Cup
/// matches (passes 55 %, duels 25 %, touches 7 %, …), and some of them change possession.
final class OpenPlay {
    /// About 13 events per minute over the whole match, including the break of 15 minutes.
    private static final Duration MEAN_GAP = Duration.ofSeconds(4);
    private static final double STOPPAGES = 2.0;

    /// @param weight share of all open play, in thousandths
    /// @param turnover the probability that the other team has the ball afterwards
    private record PlayType(String type, double weight, double turnover, String detail) {}

    private static final List<PlayType> PLAY_TYPES = List.of(new PlayType("pass", 548, 0.13, "Simple pass"),
            new PlayType("duel", 185, 0.45, "Ground duel"),
            new PlayType("tackle", 30, 0.3, "Standing"), new PlayType("interception", 38, 0.1, "Pass cut"),
            new PlayType("touch", 71, 0.2, "Touch"),
            new PlayType("throw_in", 30, 0.1, "Throw in"), new PlayType("clearance", 20, 0.7, "Clearance"),
            new PlayType("foul", 16, 1, "Foul"),
            new PlayType("free_kick", 15, 0.2, "Free kick"), new PlayType("shot", 11, 0.8, "Shot"),
            new PlayType("goal_kick", 10, 0.4, "Goal kick"),
            new PlayType("save", 4, 0.3, "Reflexes"), new PlayType("corner", 5, 0.4, "Corner"),
            new PlayType("offside", 2, 1, "Offside"));
    private static final double[] WEIGHTS = PLAY_TYPES.stream().mapToDouble(PlayType::weight).toArray();

    private final MatchTimeline sheet;
    private final Dice dice;
    private Squad ball;
    private Squad other;

    OpenPlay(MatchTimeline sheet, Dice dice, Squad home, Squad away) {
        this.sheet = sheet;
        this.dice = dice;
        this.ball = home;
        this.other = away;
    }

    void write() {
        Halves halves = sheet.halves();
        for (Duration played = next(Duration.ZERO); played.compareTo(halves.playing()) < 0; played = next(played)) {
            write(PLAY_TYPES.get(dice.weighted(WEIGHTS)), halves.at(played));
        }
        int stoppages = dice.poisson(STOPPAGES);
        for (int i = 0; i < stoppages; i++) {
            Duration at = halves.draw(dice, Duration.ofMinutes(1));
            sheet.add(at, "stoppage",
                    Map.of("reason", dice.pick(List.of("Injury", "Cooling break", "Ball change", "Crowd"))));
        }
    }

    private Duration next(Duration played) {
        return played.plus(dice.exponential(MEAN_GAP));
    }

    private void write(PlayType type, Duration at) {
        boolean keeper = type.type().equals("save") || type.type().equals("goal_kick");
        String player = keeper ? ball.keeper() : ball.randomPlayer(at, dice);
        sheet.add(at, type.type(), ball, player,
                Map.of("detail", type.detail(), "x", dice.between(0, 100), "y", dice.between(0, 100)));
        if (type.type().equals("shot") && dice.chance(0.4) && sheet.halves().inPlay(at.plusMillis(400))) {
            sheet.add(at.plusMillis(400), "save", other, other.keeper(), Map.of("detail", "Reflexes"));
        }
        if (dice.chance(type.turnover())) {
            Squad before = ball;
            ball = other;
            other = before;
        }
    }
}
