package com.fanfinity.analytics.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class TrendTest {
    private static final int SAMPLES = 80;

    private static Trend trend(IntToDoubleFunction figure) {
        List<Trend.At> samples = IntStream.range(0, SAMPLES)
                .mapToObj(i -> new Trend.At(10.0 * i, figure.applyAsDouble(i))).toList();
        return Trend.of("figure", 5, 0.05, samples);
    }

    @Test
    void of_leakWithNoise_isUpward() {
        var random = new Random(1);

        Trend trend = trend(i -> 500 + 0.6 * i + 10 * random.nextGaussian());

        assertTrue(trend.upward(), trend::toString);
        assertEquals(0.06 * 3_600, trend.slopePerHour(), 60);
    }

    @Test
    void of_leakWithASawtooth_isUpward() {
        assertTrue(trend(i -> 500 + i + 30 * (i % 12) / 12.0).upward());
    }

    @Test
    void of_noiseAlone_isNotUpward() {
        var random = new Random(2);

        assertFalse(trend(i -> 500 + 40 * random.nextGaussian()).upward());
    }

    @Test
    void of_sawtoothThatEndsHigh_isNotUpward() {
        assertFalse(trend(i -> 500 + 200 * (i % 27) / 27.0).upward());
    }

    @Test
    void of_spikes_isNotUpward() {
        Trend trend = trend(i -> i % 20 == 19 ? 5_000 : 500);

        assertFalse(trend.upward(), trend::toString);
        assertEquals(0, trend.slopePerHour());
    }

    @Test
    void of_allowedRise_isNotUpward() {
        assertFalse(trend(i -> 500 + 20.0 * i / SAMPLES).upward(), "a twentieth of 500 is allowed");
        assertTrue(trend(i -> 500 + 40.0 * i / SAMPLES).upward());
        assertFalse(trend(i -> 10 + 4.0 * i / SAMPLES).upward(), "5 is allowed in any case");
    }

    @Test
    void of_fall_isNotUpward() {
        assertFalse(trend(i -> 500 - i).upward());
    }

    @Test
    void of_fewSamples_isRejected() {
        assertThrows(IllegalArgumentException.class,
                () -> Trend.of("figure", 1, 0.1, List.of(new Trend.At(0, 1), new Trend.At(10, 2))));
    }
}
