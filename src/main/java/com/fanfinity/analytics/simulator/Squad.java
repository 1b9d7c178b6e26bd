package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// The players of one club in one match, and when each is on the pitch. [Discipline] fills it in chronological order;
/// the other writers read it. The first player is the goalkeeper, who is neither substituted nor sent off.
final class Squad {
    private static final int STARTERS = 11;
    private static final int SIZE = 18;
    private static final Duration NEVER = Duration.ofDays(1);

    private final Club club;
    private final List<Duration> from = new ArrayList<>();
    private final List<Duration> until = new ArrayList<>();
    private final Set<Integer> cautioned = new HashSet<>();

    Squad(Club club) {
        this.club = club;
        for (int player = 0; player < SIZE; player++) {
            from.add(player < STARTERS ? Duration.ZERO : NEVER);
            until.add(NEVER);
        }
    }

    Club club() {
        return club;
    }

    String teamId() {
        return club.id();
    }

    String keeper() {
        return id(0);
    }

    /// A random player on the pitch at `at`, except the goalkeeper.
    String randomPlayer(Duration at, Dice dice) {
        return id(outfield(at, dice));
    }

    /// Shows a player on the pitch a yellow card.
    Caution caution(Duration at, Dice dice) {
        int player = outfield(at, dice);
        if (cautioned.add(player)) {
            return new Caution(id(player), false);
        }
        until.set(player, at);
        return new Caution(id(player), true);
    }

    /// Sends a player on the pitch off.
    String dismiss(Duration at, Dice dice) {
        int player = outfield(at, dice);
        until.set(player, at);
        return id(player);
    }

    /// Replaces a player by one from the bench.
    Substitution substitute(Duration at, Dice dice) {
        int out = outfield(at, dice);
        int in = IntStream.range(STARTERS, SIZE).filter(player -> from.get(player).equals(NEVER)).findFirst()
                .orElseThrow();
        until.set(out, at);
        from.set(in, at);
        return new Substitution(id(out), id(in));
    }

    private int outfield(Duration at, Dice dice) {
        return dice.pick(IntStream.range(1, SIZE).filter(player -> onPitch(player, at)).boxed().toList());
    }

    private boolean onPitch(int player, Duration at) {
        return from.get(player).compareTo(at) <= 0 && at.compareTo(until.get(player)) < 0;
    }

    private String id(int player) {
        return club.id() + "-" + (player + 1);
    }

    /// @param second whether it is the player's second yellow card, so that the player leaves the pitch
    record Caution(String player, boolean second) {}

    record Substitution(String playerOut, String playerIn) {}
}
