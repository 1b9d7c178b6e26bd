package com.fanfinity.analytics.lab.viewers;

/// The time at which one event became visible to one viewer, packed into a long.
///
/// @param match below 4096
/// @param number the number of the event in its match, from 1, below 2^18
/// @param conflated whether the same state also contained a newer event
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
