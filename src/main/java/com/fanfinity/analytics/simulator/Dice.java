package com.fanfinity.analytics.simulator;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Random numbers that depend only on the seed. Not thread-safe.
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// An independent stream of random numbers, so that the draws of one part of a match do not change those of another
    /// part.
    Dice fork() {
        return new Dice(random.nextLong());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /// From `low` to `high`, both included.
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    Duration between(Duration low, Duration high) {
        return Duration.ofMillis(random.nextLong(low.toMillis(), high.toMillis() + 1));
    }

    <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    /// Time to the next event of a Poisson process, at least one millisecond.
    Duration exponential(Duration mean) {
        return Duration.ofMillis(Math.max(1, Math.round(-Math.log(1 - random.nextDouble()) * mean.toMillis())));
    }

    /// How many events a Poisson process has (Knuth; for means up to some dozens).
    int poisson(double mean) {
        double limit = Math.exp(-mean);
        int count = 0;
        for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    /// The first index whose cumulated weight exceeds a draw over the sum of all.
    int weighted(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double draw = random.nextDouble() * sum;
        for (int i = 0; i < weights.length; i++) {
            draw -= weights[i];
            if (draw < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /// Mixes numbers into a seed (SplitMix64's finaliser).
    static long seed(long... parts) {
        long mixed = 0x9E3779B97F4A7C15L;
        for (long part : parts) {
            mixed = (mixed ^ part) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
            mixed ^= mixed >>> 32;
        }
        return mixed;
    }
}
