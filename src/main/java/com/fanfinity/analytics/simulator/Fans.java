package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Writes the events of fans: chatter during the whole match, and a burst after every goal that decays within about a
/// minute.
final class Fans {
    private static final Duration CHATTER_GAP = Duration.ofSeconds(12);
    private static final Duration DECAY = Duration.ofSeconds(20);
    private static final List<String> EMOJI = List.of("🔥", "👏", "😱", "💪", "🎉");
    private static final List<String> JOY = List.of("What a goal!", "Get in!", "Unbelievable finish",
            "Off our seats here", "Class.");
    private static final List<String> TALK = List.of("Come on!", "Ref, please", "Good spell this",
            "Too slow in midfield", "What a save");

    private final MatchTimeline sheet;
    private final Dice dice;
    private final List<Squad> squads;

    Fans(MatchTimeline sheet, Dice dice, Squad home, Squad away) {
        this.sheet = sheet;
        this.dice = dice;
        this.squads = List.of(home, away);
    }

    void write(List<Goals.Cheer> goals) {
        Duration end = sheet.halves().secondEnd();
        for (Duration at = dice.exponential(CHATTER_GAP); at.compareTo(end) < 0; at = at
                .plus(dice.exponential(CHATTER_GAP))) {
            chatter(at);
        }
        goals.forEach(this::burst);
    }

    private void chatter(Duration at) {
        Squad side = dice.pick(squads);
        switch (dice.between(0, 9)) {
            case 0, 1, 2, 3 -> sheet.add(at, "comment", side, Map.of("text", dice.pick(TALK)));
            case 4, 5, 6, 7 -> sheet.add(at, "reaction", side, Map.of("emoji", dice.pick(EMOJI)));
            case 8 -> sheet.add(at, "prediction", Map.of("home", dice.between(0, 4), "away", dice.between(0, 3)));
            default -> sheet.add(at, "share", Map.of("channel", dice.pick(List.of("app", "web", "messenger"))));
        }
    }

    private void burst(Goals.Cheer goal) {
        int crowd = dice.between(200, 500);
        for (int i = 0; i < crowd; i++) {
            Duration at = goal.at().plusMillis(800).plus(dice.exponential(DECAY));
            if (at.compareTo(sheet.halves().secondEnd()) < 0) {
                shout(at, goal.team());
            }
        }
    }

    private void shout(Duration at, Squad team) {
        int kind = dice.between(0, 9);
        if (kind < 7) {
            sheet.add(at, "reaction", team, Map.of("emoji", dice.pick(EMOJI)));
        } else if (kind < 9) {
            sheet.add(at, "comment", team, Map.of("text", dice.pick(JOY)));
        } else {
            sheet.add(at, "share", team, Map.of("channel", "app"));
        }
    }
}
