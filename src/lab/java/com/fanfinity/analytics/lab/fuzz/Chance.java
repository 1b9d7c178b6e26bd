package com.fanfinity.analytics.lab.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/// The random choices of one input. They depend only on the seed and the number of the input.
final class Chance {

    private static final long STRIDE = 0x9E37_79B9_7F4A_7C15L;

    private final SplittableRandom random;

    Chance(long seed, long number) {
        random = new SplittableRandom(seed ^ (number + 1) * STRIDE);
    }

    /// @return true once in `times` calls, on average
    boolean once(int times) {
        return random.nextInt(times) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long anyLong() {
        return random.nextLong();
    }

    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A length that is mostly small, at times near a limit, seldom large.
    int length() {
        return switch (below(20)) {
            case 0 -> of(List.of(63, 64, 65, 127, 128, 129, 255, 256, 257, 1_023, 16_383, 16_384, 16_385));
            case 1 -> 20_000 + below(80_000);
            default -> below(48);
        };
    }
}
