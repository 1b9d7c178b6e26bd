package com.fanfinity.analytics.lab.bench;

import java.util.List;
import java.util.stream.IntStream;

/// Decides whether a sampled figure rises.
///
/// A leak rises through the whole run. Other figures rise once (a store that fills, compiled code) or fall again
/// (garbage, segments of a store). A figure therefore counts as rising if both conditions hold:
/// 1. *The rise over the whole time exceeds the allowed rise.* It is the Theil–Sen slope (the median of the slopes of
///    all pairs of samples, which is robust against outliers) times the duration.
/// 2. *The end is above the beginning.* The median of the last third of the samples is above nine tenths of those of
///    the first third.
///
/// The limit is a rise over the run, not a rate, so a longer run is stricter.
///
/// @param first the median of the first third of the samples
/// @param last the median of the last third
/// @param slopePerHour the Theil–Sen slope
/// @param rise the rise between the first and the last sample
/// @param allowed the largest rise that does not count
record Trend(String name, double first, double last, double slopePerHour, double rise, double allowed, boolean upward) {

    /// A sample of a figure.
    record At(double seconds, double value) {}

    /// @param floor the minimum of the allowed rise, in the unit of the figure
    /// @param share the allowed rise as a share of the median, if that is more
    /// @param samples at least six, in time order
    static Trend of(String name, double floor, double share, List<At> samples) {
        if (samples.size() < 6) {
            throw new IllegalArgumentException("too few samples of " + name + ": " + samples.size());
        }
        int third = samples.size() / 3;
        double[] all = values(samples);
        double[] early = values(samples.subList(0, third));
        double[] late = values(samples.subList(samples.size() - third, samples.size()));
        double perSecond = slope(samples);
        double rise = perSecond * (samples.getLast().seconds() - samples.getFirst().seconds());
        double allowed = Math.max(floor, share * quantile(all, 0.5));
        boolean upward = rise > allowed && quantile(late, 0.5) > quantile(early, 0.9);
        return new Trend(name, quantile(early, 0.5), quantile(late, 0.5), perSecond * 3_600, rise, allowed, upward);
    }

    private static double slope(List<At> samples) {
        double[] slopes = IntStream.range(0, samples.size()).boxed()
                .flatMapToDouble(i -> IntStream.range(i + 1, samples.size())
                        .mapToDouble(j -> slope(samples.get(i), samples.get(j))))
                .sorted().toArray();
        return quantile(slopes, 0.5);
    }

    private static double slope(At one, At other) {
        return (other.value() - one.value()) / (other.seconds() - one.seconds());
    }

    private static double[] values(List<At> samples) {
        return samples.stream().mapToDouble(At::value).sorted().toArray();
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
