package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.List;

/// One action on one or more components at the same time.
///
/// @param at the time after the start of the load
/// @param parts names such as `service-1`, `kafka` or `clickhouse`
/// @param lasts how long a component stays stopped or down; zero for the other kinds
record Disturbance(Duration at, DisturbanceKind kind, List<String> parts, Duration lasts) {

    enum DisturbanceKind {
        /// kill -9 and an immediate restart.
        KILL,
        /// SIGSTOP, and SIGCONT later.
        STOP,
        /// SIGTERM and an immediate restart.
        RESTART,
        /// kill -9 and a later restart.
        KEEP_DOWN;

        boolean lasts() {
            return this == STOP || this == KEEP_DOWN;
        }
    }

    /// The group for measurements: the kind and the type of component, so that all instances of the service share a
    /// group.
    String group() {
        List<String> sorts = parts.stream().map(part -> part.startsWith("service") ? "service" : part).toList();
        return kind + " " + String.join("+", sorts);
    }

    @Override
    public String toString() {
        return kind + " " + String.join("+", parts) + (kind.lasts() ? " for " + lasts.toSeconds() + " s" : "");
    }
}
