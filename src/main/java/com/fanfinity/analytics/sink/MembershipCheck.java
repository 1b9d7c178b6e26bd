package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Whether the group has recently accepted a commit of this member, which proves the membership. From the moment at
/// which that commit was sent, the group waits at least a session timeout before it gives the partitions to another
/// member.
///
/// A process that was paused (a stopped container, a long garbage collection), or cut off from Kafka alone, could
/// otherwise retry an insert long after its partitions have moved. So no insert starts without a recent confirmation.
///
/// Safe to use from any thread.
final class MembershipCheck {
    private final LongSupplier nanoTime;
    private final long limitNanos;
    private final AtomicLong confirmedAt;

    /// @param nanoTime a monotonic clock
    /// @param limit how long an accepted commit counts
    MembershipCheck(LongSupplier nanoTime, Duration limit) {
        this.nanoTime = nanoTime;
        this.limitNanos = limit.toNanos();
        this.confirmedAt = new AtomicLong(nanoTime.getAsLong() - limitNanos);
    }

    /// @param sentNanos when the commit was sent that the group has accepted
    void recordCommit(long sentNanos) {
        confirmedAt.accumulateAndGet(sentNanos, (before, now) -> now - before > 0 ? now : before);
    }

    boolean isConfirmed() {
        return nanoTime.getAsLong() - confirmedAt.get() < limitNanos;
    }
}
