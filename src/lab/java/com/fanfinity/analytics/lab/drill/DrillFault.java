package com.fanfinity.analytics.lab.drill;

import java.util.Set;
import java.util.TreeSet;

/// Something that is broken on purpose, and mended.
///
/// @param what it does, in words
/// @param told the alerts that must reach the webhook, and be told as over after the fault is mended
/// @param quiet the alerts that must fire and that Alertmanager keeps to itself, as another says it already
/// @param may alerts that are a consequence too but depend on how it comes about
record DrillFault(String name, String what, Set<String> told, Set<String> quiet, Set<String> may, Step inject, Step mend) {

    /// A part of the drill, which may fail with whatever its client fails with.
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    static DrillFault of(String name, String what, Step inject, Step mend, String... told) {
        return new DrillFault(name, what, new TreeSet<>(Set.of(told)), Set.of(), Set.of(), inject, mend);
    }

    DrillFault quietly(String... alerts) {
        return new DrillFault(name, what, told, new TreeSet<>(Set.of(alerts)), may, inject, mend);
    }

    DrillFault perhaps(String... alerts) {
        return new DrillFault(name, what, told, quiet, Set.of(alerts), inject, mend);
    }

    /// Whether this alert is one of its consequences.
    boolean explains(String alert) {
        return told.contains(alert) || quiet.contains(alert) || may.contains(alert);
    }
}
