package com.fanfinity.analytics.pipeline;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.HdrHistogram.Histogram;

/// A histogram of the time from receipt to visibility of events. It is accurate to 6.25 % and can be merged.
public final class Latencies {

    /// The unit is 0.1 ms and the highest value 1 h. One significant digit means 16 steps per octave.
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
    /// @return milliseconds; 0 if the histogram is empty
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
