package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Writes cards and substitutions, which change the players on the pitch. It runs before the writers that pick players,
/// and writes in the order of time. The rates are those of the recorded World Cup matches: 3.7 yellow cards and 6.5
/// substitutions per match.
final class Discipline {
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final double YELLOW_CARDS_OF_A_TEAM = 1.8;
    private static final double RED_CARD_OF_A_TEAM = 0.04;

    private final MatchTimeline sheet;
    private final Dice dice;
    private final List<PlannedIncident> incidents = new ArrayList<>();

    private record PlannedIncident(Duration at, Consumer<Duration> action) {}

    Discipline(MatchTimeline sheet, Dice dice) {
        this.sheet = sheet;
        this.dice = dice;
    }

    void write(List<Squad> squads) {
        for (Squad squad : squads) {
            plan(squad);
        }
        incidents.sort(Comparator.comparing(PlannedIncident::at));
        incidents.forEach(incident -> incident.action().accept(incident.at()));
    }

    private void plan(Squad squad) {
        Halves halves = sheet.halves();
        int cards = Math.min(6, dice.poisson(YELLOW_CARDS_OF_A_TEAM));
        for (int i = 0; i < cards; i++) {
            incidents.add(new PlannedIncident(halves.draw(dice, MARGIN), at -> yellow(squad, at)));
        }
        if (dice.chance(RED_CARD_OF_A_TEAM)) {
            incidents.add(new PlannedIncident(halves.draw(dice, MARGIN), at -> red(squad, at)));
        }
        int substitutions = dice.between(2, 5);
        for (int i = 0; i < substitutions; i++) {
            Duration at = dice.between(halves.secondStart().plusSeconds(5), halves.secondEnd().minus(MARGIN));
            incidents.add(new PlannedIncident(at, time -> substitution(squad, time)));
        }
    }

    private void yellow(Squad squad, Duration at) {
        Squad.Caution caution = squad.caution(at, dice);
        sheet.add(at.minusSeconds(1), "foul", squad, caution.player(), Map.of());
        sheet.add(at, caution.second() ? "second_yellow_card" : "yellow_card", squad, caution.player(),
                Map.of("detail", "Foul"));
    }

    private void red(Squad squad, Duration at) {
        String player = squad.dismiss(at, dice);
        sheet.add(at.minusSeconds(1), "foul", squad, player, Map.of());
        sheet.add(at, "red_card", squad, player, Map.of("detail", "Violent conduct"));
    }

    private void substitution(Squad squad, Duration at) {
        Squad.Substitution change = squad.substitute(at, dice);
        sheet.add(at, "substitution", squad, change.playerIn(), Map.of("playerOut", change.playerOut()));
    }
}
