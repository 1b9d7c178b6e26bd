package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

class StartPointTest {
    private static final OptionalLong NONE = OptionalLong.empty();

    @Test
    void nothingStored_startsAtTheBeginning() {
        assertEquals(new StartPoint.At(0, 0), StartPoint.of(NONE, NONE, 0, 10));
        assertEquals(new StartPoint.At(7, 7), StartPoint.of(NONE, NONE, 7, 10));
    }

    @Test
    void stored_startsBehindTheMark_whateverWasCommitted() {
        assertEquals(new StartPoint.At(5, 0), StartPoint.of(OptionalLong.of(4), NONE, 0, 10));
        assertEquals(new StartPoint.At(5, 0), StartPoint.of(OptionalLong.of(4), OptionalLong.of(9), 5, 10));
        assertEquals(new StartPoint.At(10, 0), StartPoint.of(OptionalLong.of(9), NONE, 0, 10));
    }

    @Test
    void markBeyondTheEnd_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(OptionalLong.of(10), NONE, 0, 10));
    }

    @Test
    void recordsLostByRetention_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(OptionalLong.of(4), NONE, 6, 10));
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(OptionalLong.of(4), OptionalLong.of(5), 6, 10));
    }

    @Test
    void onlyMarkersOfTransactionsAreGone_goesOn() {
        assertEquals(new StartPoint.At(6, 1), StartPoint.of(OptionalLong.of(4), OptionalLong.of(6), 6, 6));
    }
}
