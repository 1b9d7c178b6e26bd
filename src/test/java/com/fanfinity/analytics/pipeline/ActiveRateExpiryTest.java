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
    void removeExpired_rateHasExpired_returnsTheMatchOnce() {
        flowing.recordPublished("m", OptionalLong.of(60_000));

        assertEquals(List.of(), flowing.removeExpired(59_999));
        assertFalse(flowing.isEmpty());
        assertEquals(List.of("m"), flowing.removeExpired(60_000));
        assertTrue(flowing.isEmpty());
        assertEquals(List.of(), flowing.removeExpired(60_000));
    }

    @Test
    void over_publishedAgain_isByTheLast() {
        flowing.recordPublished("m", OptionalLong.of(60_000));
        flowing.recordPublished("m", OptionalLong.of(61_000));
        flowing.recordPublished("ended", OptionalLong.of(60_000));
        flowing.recordPublished("ended", OptionalLong.empty());

        assertEquals(List.of(), flowing.removeExpired(60_999));
        assertEquals(List.of("m"), flowing.removeExpired(61_000));
    }

    @Test
    void takeMore_beyondTheBound_isWhenAllAreOver() {
        for (int i = 0; i < ActiveRateExpiry.MOST; i++) {
            flowing.recordPublished("m" + i, OptionalLong.of(1));
        }
        flowing.recordPublished("m0", OptionalLong.of(2));
        assertFalse(flowing.claimRescan());

        flowing.recordPublished("beyond", OptionalLong.of(1));

        assertEquals(ActiveRateExpiry.MOST - 1, flowing.removeExpired(1).size());
        assertFalse(flowing.claimRescan());
        assertEquals(List.of("m0"), flowing.removeExpired(2));
        assertFalse(flowing.isEmpty());
        assertTrue(flowing.claimRescan());
        assertTrue(flowing.isEmpty());
        assertFalse(flowing.claimRescan());
    }
}
