package com.fanfinity.analytics.lab.viewers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.fanfinity.analytics.lab.bench.OpenLoad;
import com.fanfinity.analytics.lab.bench.SettledTotals;
import com.fanfinity.analytics.lab.viewers.ViewerCounts.Count;

/// Decides whether a [LiveBench] passed. All events must be accepted and counted. Every viewer must receive each event
/// or a newer state and end with the newest one. No viewer may be disconnected, or miss a goal without a `reload`. The
/// p99 from the 202 and the memory must be below their limits.
final class LiveVerdict {
    private static final double MOST_P99_MILLIS = 250;
    private static final double MOST_RSS_MIB = 3 * 1024;
    /// The allowed step of the wall clock, which limits the precision of latencies.
    private static final long MOST_CLOCK_STEP_MICROS = Duration.ofMillis(2).toNanos() / 1_000;

    private final LiveOptions options;
    private final List<String> lines = new ArrayList<>();
    private boolean passed = true;

    LiveVerdict(LiveOptions options) {
        this.options = options;
    }

    /// Checks the outcome of the other events.
    void besides(OpenLoad.LoadResult result) {
        check("every other event was accepted", result.errors() == 0 && result.byStatus().keySet().equals(Set.of(202)),
                "statuses " + result.byStatus() + ", errors " + result.errors());
    }

    void sending(LiveFeed feed, SettledTotals.TotalsComparison totals, long clockStepMicros) {
        long seconds = options.warmUp().plus(options.measured()).toSeconds();
        check("every update and goal has its 202", feed.probes().total() == seconds * options.matches()
                && feed.goals().total() == (long) options.goals().size() * options.matches(),
                feed.probes().total() + " and "
                        + feed.goals().total());
        check("totals of the service are exact", totals.exact(), totals.exact()
                ? "all"
                : totals.differing().size() + " matches differ, such as "
                        + totals.differing().entrySet().iterator().next());
        check("the clock was not set", clockStepMicros <= MOST_CLOCK_STEP_MICROS, clockStepMicros + " us off");
    }

    void arrivals(ViewerCounts all, LiveLatency updates, LiveLatency goals, LiveAudience.Standing standing) {
        long expected = 0;
        for (int match = 0; match < options.matches(); match++) {
            expected += options.viewersOfMatch(match) * options.measured().toSeconds();
        }
        long own = updates.arrivals() - updates.conflated();
        check("every update became visible to every viewer", updates.arrivals() == expected,
                "expected " + expected + ", arrived "
                        + updates.arrivals() + ": " + own + " in a state of their own, " + updates.conflated()
                        + " in a newer one");
        check("every viewer ended with the newest version", standing.behind() == 0, standing.behind() + " are behind");
        check("no viewer missed a goal without a reload", standing.missing() == 0,
                standing.missing() + " did; " + goals.arrivals()
                        + " goals arrived of " + (long) options.goals().size() * options.viewers() + "; reloads "
                        + all.get(Count.RELOADS));
        check("no message was repeated, outdated or of another match",
                all.get(Count.WRONG) + all.get(Count.REPEATED_GOALS) == 0,
                all.get(Count.WRONG) + " frames were wrong, " + all.get(Count.REPEATED_GOALS) + " goals came again");
        check("no viewer was disconnected", all.get(Count.CUT_OFF) == 0, all.get(Count.CUT_OFF) + " times");
    }

    /// @param liveRss resident memory of all live instances together, in bytes
    void limits(LiveLatency updates, LiveLatency goals, long liveRss) {
        p99("updates", updates);
        if (!options.goals().isEmpty()) {
            p99("goals", goals);
        }
        double mib = liveRss / 1024.0 / 1024;
        check("memory of the live instances below " + MOST_RSS_MIB + " MiB", mib < MOST_RSS_MIB,
                oneDecimal(mib) + " MiB together at most, " + oneDecimal(liveRss / 1024.0 / options.viewers())
                        + " KiB per viewer");
    }

    private void p99(String of, LiveLatency latency) {
        double millis = latency.fromAcceptedMillis(99);
        check("p99 of " + of + " from the 202 below " + MOST_P99_MILLIS + " ms", millis < MOST_P99_MILLIS,
                oneDecimal(millis) + " ms");
    }

    private static String oneDecimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    boolean passed() {
        return passed;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    private void check(String what, boolean holds, String found) {
        passed &= holds;
        lines.add("  " + (holds ? "ok   " : "NOT  ") + what + ": " + found);
    }
}
