package com.fanfinity.analytics.simulator;

import java.time.Duration;

/// When the ball is in play, since kick-off. Minutes are counted as on television: the second half always starts with
/// minute 46.
///
/// @param firstEnd including the added time of the first half
/// @param secondStart after the break
/// @param secondEnd including the added time of the second half
record Halves(Duration firstEnd, Duration secondStart, Duration secondEnd) {
    private static final Duration HALF = Duration.ofMinutes(45);

    static Halves draw(Dice dice) {
        Duration firstEnd = HALF.plus(dice.between(Duration.ofMinutes(1), Duration.ofMinutes(4)));
        Duration secondStart = firstEnd.plus(dice.between(Duration.ofMinutes(14), Duration.ofMinutes(16)));
        Duration secondEnd = secondStart.plus(HALF).plus(dice.between(Duration.ofMinutes(2), Duration.ofMinutes(7)));
        return new Halves(firstEnd, secondStart, secondEnd);
    }

    /// The total time in play.
    Duration playing() {
        return firstEnd.plus(secondEnd).minus(secondStart);
    }

    /// Converts time in play to time since kick-off, which includes the break.
    Duration at(Duration played) {
        return played.compareTo(firstEnd) < 0 ? played : played.minus(firstEnd).plus(secondStart);
    }

    /// A random time in play, at least `margin` before the end of its half.
    Duration draw(Dice dice, Duration margin) {
        boolean second = dice.chance(0.52);
        return second
                ? dice.between(secondStart.plusSeconds(30), secondEnd.minus(margin))
                : dice.between(Duration.ofSeconds(30), firstEnd.minus(margin));
    }

    boolean inPlay(Duration at) {
        return at.compareTo(firstEnd) < 0 || (at.compareTo(secondStart) >= 0 && at.compareTo(secondEnd) < 0);
    }

    String period(Duration at) {
        return at.compareTo(secondStart) < 0 ? "1H" : "2H";
    }

    /// From 1.
    int minute(Duration at) {
        long second = at.minus(secondStart).toMinutes();
        return (int) (at.compareTo(secondStart) < 0 ? at.toMinutes() + 1 : 46 + second);
    }
}
