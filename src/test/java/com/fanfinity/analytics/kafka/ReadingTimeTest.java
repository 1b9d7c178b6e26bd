package com.fanfinity.analytics.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTimeTest {

    private static final Instant AT = Instant.parse("2026-11-21T15:00:00Z");
    private static final long NANOS = Long.MAX_VALUE - 5; // the monotonic clock may overflow
    private static final Duration LATER = Duration.ofSeconds(3);

    private final ReadingTime reading = new ReadingTime(AT, NANOS);

    @Test
    void asOf_clockNotSet_isTheTimeOfTheReading() {
        assertEquals(AT, reading.asOf(AT.plus(LATER), NANOS + LATER.toNanos()));
    }

    /// An event acknowledged before the step has the old clock's time, which is before the reading.
    @ParameterizedTest
    @ValueSource(longs = {1, 5, 3_600})
    void asOf_clockSetForward_staysTheTimeOfTheReading(long seconds) {
        assertEquals(AT, reading.asOf(AT.plus(LATER).plusSeconds(seconds), NANOS + LATER.toNanos()));
    }

    /// An event that is acknowledged after the step, and after the reading, has an earlier time than the reading had.
    @ParameterizedTest
    @ValueSource(longs = {1, 5, 3_600})
    void asOf_clockSetBack_isBeforeEveryLaterEvent(long seconds) {
        Instant firstEventAfterTheReading = AT.minusSeconds(seconds);

        Instant asOf = reading.asOf(AT.plus(LATER).minusSeconds(seconds), NANOS + LATER.toNanos());

        assertFalse(asOf.isAfter(firstEventAfterTheReading), asOf::toString);
    }

    @Test
    void isSince_usesTheMonotonicClock() {
        assertTrue(reading.isSince(NANOS));
        assertTrue(reading.isSince(NANOS - 1));
        long overflown = NANOS;
        overflown += 10;
        assertFalse(reading.isSince(overflown));
    }
}
