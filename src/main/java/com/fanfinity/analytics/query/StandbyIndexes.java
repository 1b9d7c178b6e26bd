package com.fanfinity.analytics.query;

import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import com.fanfinity.analytics.pipeline.MatchIndex;

/// Indexes of standbys, which only lists need whose partition has no readable owner.
///
/// No task keeps them up to date, so each is a scan of the standby's store, used for {@link #USED_FOR}. One scan runs
/// at a time. They are dropped when memory is short.
final class StandbyIndexes {

    /// A list from a standby is at most this much older than the standby.
    static final Duration USED_FOR = Duration.ofSeconds(5);

    /// @param asOf every event that was acknowledged before this time is in the index
    record StandbyIndex(MatchIndex index, Instant asOf) {}

    private record Scan(SoftReference<StandbyIndex> result, Instant startedAt) {}

    private final InstantSource clock;
    private final Map<Integer, Scan> scans = new HashMap<>();

    StandbyIndexes(InstantSource clock) {
        this.clock = clock;
    }

    /// @param asOf of the standby now
    synchronized StandbyIndex of(int partition, Instant asOf, Supplier<MatchIndex> scan) {
        Instant now = clock.instant();
        scans.values().removeIf(old -> now.isBefore(old.startedAt()) || !now.isBefore(old.startedAt().plus(USED_FOR)));
        Scan found = scans.get(partition);
        StandbyIndex known = found == null ? null : found.result().get();
        if (known != null) {
            return known;
        }
        StandbyIndex result = new StandbyIndex(scan.get(), asOf);
        scans.put(partition, new Scan(new SoftReference<>(result), now));
        return result;
    }
}
