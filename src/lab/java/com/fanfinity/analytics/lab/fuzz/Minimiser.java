package com.fanfinity.analytics.lab.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/// Makes the body of a failing request smaller while it still fails.
final class Minimiser {

    private static final int MOST_TRIES = 400;

    private Minimiser() {}

    /// @param fails whether a request breaks the same rule
    static FuzzInput.Http smaller(FuzzInput.Http input, Predicate<FuzzInput.Http> fails) {
        FuzzInput.Http smallest = input;
        int tries = 0;
        for (int part = smallest.body().length / 2; part > 0; part /= 2) {
            for (int from = 0; from + part <= smallest.body().length && tries < MOST_TRIES; tries++) {
                FuzzInput.Http candidate = smallest.withBody(without(smallest.body(), from, part));
                if (fails.test(candidate)) {
                    smallest = candidate;
                } else {
                    from += part;
                }
            }
        }
        return smallest;
    }

    private static byte[] without(byte[] bytes, int from, int count) {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - count);
        System.arraycopy(bytes, from + count, shorter, from, bytes.length - from - count);
        return shorter;
    }
}
