package com.fanfinity.analytics.lab.instances;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One row of the trial's report: the replacement of an instance, or a quiet phase.
///
/// @param stopped from SIGTERM to the exit
/// @param ready from the start until the instance is ready
/// @param badExit if the stopped instance did not shut down cleanly
/// @param notReady if the started instance did not become ready
/// @param errors the number of log entries of level ERROR in all instances
/// @param unreadable messages about unreadable stored state
record UpgradeStep(String what, Duration stopped, Optional<String> badExit, Duration ready, Optional<String> notReady,
        JudgedReads.Figures reads, int errors, List<String> unreadable) {

    /// The faults that a rolling upgrade must not have.
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        badExit.ifPresent(fault -> faults.add(what + ": " + fault));
        if (reads.unavailable() > 0) {
            faults.add(what + ": " + reads.unavailable() + " reads answered 503");
        }
        faults.addAll(faultsOfTheStart());
        return faults;
    }

    /// Like [#faults()], without requirements for the stopped instance and for the time of its absence.
    List<String> faultsOfTheStart() {
        List<String> faults = new ArrayList<>();
        notReady.ifPresent(fault -> faults.add(what + ": " + fault));
        unreadable.forEach(said -> faults.add(what + ": unreadable stored state of another instance: " + said));
        return faults;
    }

    static final String HEAD = "%-34s %7s %7s %6s %5s %6s %8s %8s %6s".formatted("step", "stop s", "ready s", "reads",
            "503", "stale",
            "p99 ms",
            "max ms", "errors");

    @Override
    public String toString() {
        return "%-34s %7s %7s %6d %5d %6d %8.0f %8.0f %6d".formatted(what, seconds(stopped), seconds(ready),
                reads.reads(),
                reads.unavailable(), reads.stale(), reads.readMicros().getValueAtPercentile(99) / 1e3,
                reads.readMicros().getMaxValue() / 1e3,
                errors);
    }

    private static String seconds(Duration time) {
        return time.isZero() ? "-" : "%.1f".formatted(time.toMillis() / 1e3);
    }
}
