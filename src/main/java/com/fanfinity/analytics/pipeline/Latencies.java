package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.HdrHistogram.Histogram;

/// How long events took from being received to being visible, as a histogram that is within 6.25 % and can be merged.
public final class Latencies {

    /// The histogram counts in tenths of a millisecond, up to an hour; one significant digit is 16 steps an octave.
    private static final double UNITS_PER_MILLI = 10;
    private static final long MICROS_PER_UNIT = 100;
    private static final long HIGHEST = 36_000_000;
    private static final int SIGNIFICANT_DIGITS = 1;

    private final Histogram histogram;

    private Latencies(Histogram histogram) {
        this.histogram = histogram;
    }

    static Latencies empty() {
        return new Latencies(new Histogram(HIGHEST, SIGNIFICANT_DIGITS));
    }

    void add(long micros) {
        histogram.recordValue(Math.clamp(micros / MICROS_PER_UNIT, 0, HIGHEST));
    }

    public void add(Latencies other) {
        histogram.add(other.histogram);
    }

    /// @param percentile 0 to 100
    /// @return milliseconds; 0 if nothing was counted
    public double percentile(double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / UNITS_PER_MILLI;
    }

    byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    static Latencies ofBytes(byte[] bytes) {
        return new Latencies(Histogram.decodeFromByteBuffer(ByteBuffer.wrap(bytes), HIGHEST));
    }
}
