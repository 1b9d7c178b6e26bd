package com.fanfinity.analytics.lab.drill;

import java.util.Set;
import java.util.TreeSet;

/// A fault and its repair.
///
/// @param what a description
/// @param notified alerts that must reach the webhook, and must resolve after the repair
/// @param inhibited alerts that must fire, and that Alertmanager inhibits in favour of another alert
/// @param possible alerts that may also fire, depending on the course of the fault
record DrillFault(String name, String what, Set<String> notified, Set<String> inhibited, Set<String> possible,
        Action inject, Action repair) {

    /// An action, which may throw any exception of a client.
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    static DrillFault of(String name, String what, Action inject, Action repair, String... notified) {
        return new DrillFault(name, what, new TreeSet<>(Set.of(notified)), Set.of(), Set.of(), inject, repair);
    }

    DrillFault inhibiting(String... alerts) {
        return new DrillFault(name, what, notified, new TreeSet<>(Set.of(alerts)), possible, inject, repair);
    }

    DrillFault orPossibly(String... alerts) {
        return new DrillFault(name, what, notified, inhibited, Set.of(alerts), inject, repair);
    }

    /// Whether this alert is a consequence of the fault.
    boolean explains(String alert) {
        return notified.contains(alert) || inhibited.contains(alert) || possible.contains(alert);
    }
}
