package com.fanfinity.analytics.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @Test
    void after_growsToItsBoundAndStaysThere() {
        Backoff longest = new Backoff(FIRST, LONGEST, () -> 1);
        Backoff shortest = new Backoff(FIRST, LONGEST, () -> 0);

        assertEquals(Duration.ofMillis(100), longest.after(1));
        assertEquals(Duration.ofMillis(50), shortest.after(1));
        assertEquals(Duration.ofMillis(800), longest.after(4));
        assertEquals(LONGEST, longest.after(1_000_000));
        assertEquals(LONGEST.dividedBy(2), shortest.after(Integer.MAX_VALUE));
    }
}
