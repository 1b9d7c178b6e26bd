package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void after_growsToItsBoundAndStaysThere() {
        Backoff longest = new Backoff(() -> 1);
        Backoff shortest = new Backoff(() -> 0);

        assertEquals(Duration.ofMillis(100), longest.after(1));
        assertEquals(Duration.ofMillis(50), shortest.after(1));
        assertEquals(Duration.ofMillis(800), longest.after(4));
        assertEquals(Backoff.LONGEST, longest.after(1_000_000));
        assertEquals(Backoff.LONGEST.dividedBy(2), shortest.after(Integer.MAX_VALUE));
    }
}
