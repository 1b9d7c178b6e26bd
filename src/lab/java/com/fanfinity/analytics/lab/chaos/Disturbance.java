package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.List;

/// One thing that is done to one or more parts at the same moment.
///
/// @param at after the load's start
/// @param parts by name, such as `service-1`, `kafka` or `clickhouse`
/// @param lasts how long a part is stopped or kept down; zero for the other kinds
record Disturbance(Duration at, Kind kind, List<String> parts, Duration lasts) {

    enum Kind {
        /// kill -9, started again at once.
        KILL,
        /// SIGSTOP, and SIGCONT after a while.
        STOP,
        /// SIGTERM, started again at once.
        RESTART,
        /// kill -9, started again only after a while.
        KEEP_DOWN;

        boolean lasts() {
            return this == STOP || this == KEEP_DOWN;
        }
    }

    /// The same kind done to the same sort of parts is measured together: instances of the service are alike.
    String group() {
        List<String> sorts = parts.stream().map(part -> part.startsWith("service") ? "service" : part).toList();
        return kind + " " + String.join("+", sorts);
    }

    @Override
    public String toString() {
        return kind + " " + String.join("+", parts) + (kind.lasts() ? " for " + lasts.toSeconds() + " s" : "");
    }
}
