package com.fanfinity.analytics.clickhouse;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/// Notices that one URL leads to several servers, for example through a load balancer.
///
/// A new id alone proves nothing: a server can be replaced, and the engine as a library has a new id after each start.
/// But if two servers with different ids run at the same time, the URL leads to both. That verdict is final: later
/// answers can all come from one of them by chance.
final class ServerIdentity {

    /// Servers report their uptime in whole seconds.
    private static final long MARGIN = Duration.ofSeconds(2).toNanos();

    private @Nullable Life known;
    private @Nullable String refusal;

    /// One server, as seen in one answer. All times are of {@link System#nanoTime}.
    ///
    /// @param startedNanos when it started, or later
    /// @param seenNanos when it certainly ran: when it was asked
    record Life(String id, long startedNanos, long seenNanos) {

        private boolean startedBeforeLastSightOf(Life other) {
            return other.seenNanos - startedNanos > MARGIN;
        }
    }

    /// @throws OperatorActionException if this or an earlier answer shows that there are several servers
    synchronized void check(Life seen) throws OperatorActionException {
        Life before = known;
        if (refusal == null && before != null && !before.id.equals(seen.id) && seen.startedBeforeLastSightOf(before)
                && before.startedBeforeLastSightOf(seen)) {
            refusal = ("CLICKHOUSE_URL leads to several servers, with the ids %s and %s. The sink stores each row once "
                    + "only with a single server. Let the URL lead to one server, then restart the service")
                    .formatted(before.id, seen.id);
        }
        if (refusal != null) {
            throw new OperatorActionException(refusal);
        }
        if (before == null || seen.seenNanos - before.seenNanos > 0) {
            known = seen;
        }
    }
}
