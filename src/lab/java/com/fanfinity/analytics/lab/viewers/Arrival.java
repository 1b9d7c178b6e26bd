package com.fanfinity.analytics.lab.viewers;

/// One event becoming visible to one viewer, as a long: match, number in it, whether it came in a newer state than its own, and when.
///
/// @param match below 4096
/// @param number from 1, below 2^18
/// @param conflated whether a newer event came with it
/// @param micros since the start of the run, below 2^33 (two hours)
record Arrival(int match, int number, boolean conflated, long micros) {
    static final int MATCHES = 1 << 12;
    static final int NUMBERS = 1 << 18;

    private static final int MATCH_SHIFT = 52;
    private static final int NUMBER_SHIFT = 34;
    private static final int CONFLATED_SHIFT = 33;
    private static final long MICROS_MASK = (1L << CONFLATED_SHIFT) - 1;

    static long pack(int match, int number, boolean conflated, long micros) {
        return (long) match << MATCH_SHIFT | (long) number << NUMBER_SHIFT | (conflated ? 1L << CONFLATED_SHIFT : 0)
                | Math.clamp(micros, 0, MICROS_MASK);
    }

    static Arrival of(long packed) {
        return new Arrival((int) (packed >>> MATCH_SHIFT), (int) (packed >>> NUMBER_SHIFT) & (NUMBERS - 1),
                (packed >> CONFLATED_SHIFT & 1) == 1, packed & MICROS_MASK);
    }
}
