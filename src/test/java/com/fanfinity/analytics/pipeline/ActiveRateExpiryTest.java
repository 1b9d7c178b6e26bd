package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

class ActiveRateExpiryTest {

    private final ActiveRateExpiry flowing = new ActiveRateExpiry();

    @Test
    void over_timeHasCome_isSaidOnce() {
        flowing.published("m", OptionalLong.of(60_000));

        assertEquals(List.of(), flowing.over(59_999));
        assertFalse(flowing.isEmpty());
        assertEquals(List.of("m"), flowing.over(60_000));
        assertTrue(flowing.isEmpty());
        assertEquals(List.of(), flowing.over(60_000));
    }

    @Test
    void over_publishedAgain_isByTheLast() {
        flowing.published("m", OptionalLong.of(60_000));
        flowing.published("m", OptionalLong.of(61_000));
        flowing.published("ended", OptionalLong.of(60_000));
        flowing.published("ended", OptionalLong.empty());

        assertEquals(List.of(), flowing.over(60_999));
        assertEquals(List.of("m"), flowing.over(61_000));
    }

    @Test
    void takeMore_beyondTheBound_isWhenAllAreOver() {
        for (int i = 0; i < ActiveRateExpiry.MOST; i++) {
            flowing.published("m" + i, OptionalLong.of(1));
        }
        flowing.published("m0", OptionalLong.of(2));
        assertFalse(flowing.takeMore());

        flowing.published("beyond", OptionalLong.of(1));

        assertEquals(ActiveRateExpiry.MOST - 1, flowing.over(1).size());
        assertFalse(flowing.takeMore());
        assertEquals(List.of("m0"), flowing.over(2));
        assertFalse(flowing.isEmpty());
        assertTrue(flowing.takeMore());
        assertTrue(flowing.isEmpty());
        assertFalse(flowing.takeMore());
    }
}
