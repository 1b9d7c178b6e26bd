package com.fanfinity.analytics.lab.instances;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One row of what the trial tells: an instance replaced, or a time in which nothing is done.
///
/// @param stopped from SIGTERM to the exit
/// @param ready from the start until the instance says that it is ready
/// @param badExit if the instance that was stopped did not end in order
/// @param notReady if the one that was started did not become ready
/// @param errors entries of the level ERROR in the logs of all instances
/// @param unreadable what instances said of stored state that they cannot read
record UpgradeStep(String what, Duration stopped, Optional<String> badExit, Duration ready, Optional<String> notReady,
        JudgedReads.Figures reads, int errors, List<String> unreadable) {

    /// What must not be in a rolling upgrade, in sentences.
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        badExit.ifPresent(fault -> faults.add(what + ": " + fault));
        if (reads.unavailable() > 0) {
            faults.add(what + ": " + reads.unavailable() + " reads answered 503");
        }
        faults.addAll(faultsOfTheStart());
        return faults;
    }

    /// As {@link #faults()}, where nothing is asked of the instance that was stopped, nor of the time that it was gone.
    List<String> faultsOfTheStart() {
        List<String> faults = new ArrayList<>();
        notReady.ifPresent(fault -> faults.add(what + ": " + fault));
        unreadable.forEach(said -> faults.add(what + ": an instance cannot read what another has stored: " + said));
        return faults;
    }

    static final String HEAD = "%-34s %7s %7s %6s %5s %6s %8s %8s %6s".formatted("step", "stop s", "ready s", "reads", "503", "stale",
            "p99 ms",
            "max ms", "errors");

    @Override
    public String toString() {
        return "%-34s %7s %7s %6d %5d %6d %8.0f %8.0f %6d".formatted(what, seconds(stopped), seconds(ready), reads.reads(),
                reads.unavailable(), reads.stale(), reads.readMicros().getValueAtPercentile(99) / 1e3,
                reads.readMicros().getMaxValue() / 1e3,
                errors);
    }

    private static String seconds(Duration time) {
        return time.isZero() ? "-" : "%.1f".formatted(time.toMillis() / 1e3);
    }
}
