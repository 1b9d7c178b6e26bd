package com.fanfinity.analytics.pipeline;

import java.util.Optional;
import java.util.OptionalLong;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchStatus;

/// The few facts of a stored match that a scan of all matches needs. Reading them skips the rest of the stored form and
/// creates no objects for it.
///
/// @param status empty if the match is archived
/// @param totalEvents accepted events, each counted once
/// @param lastActivityAt when the newest event arrived, milliseconds since the epoch
/// @param isUnpublished as {@link MatchStats#isUnpublished}
/// @param rateExpiresAt as {@link MatchStats#rateExpiresAt}
record StoredFacts(Optional<MatchStatus> status, long totalEvents, long lastActivityAt, boolean isUnpublished,
        OptionalLong rateExpiresAt) {

    /// @param stored the value of a match in the store
    static StoredFacts of(byte[] stored) {
        if (stored.length > 0 && stored[0] == MatchStats.VERSION) {
            return StateInput.read(stored, MatchStats.VERSION, StoredFacts::skim);
        }
        return switch (MatchState.ofBytes(stored)) {
            case MatchStats stats -> new StoredFacts(Optional.of(stats.status()), stats.totalEvents(),
                    stats.lastActivityAt(), stats.isUnpublished(), stats.rateExpiresAt());
            case Archived archived -> new StoredFacts(Optional.empty(), archived.totalEvents(),
                    archived.lastActivityAt(), false, OptionalLong.empty());
        };
    }

    /// The order of {@link MatchStats#toBytes}.
    private static StoredFacts skim(StateInput in) {
        long total = 0;
        long starts = 0;
        for (int left = in.small(); left > 0; left--) {
            int code = in.small();
            long events = in.number();
            total += events;
            starts += code == EventType.MATCH_START.code() ? events : 0;
        }
        skipEntries(in, 1); // events by team
        skipEntries(in, 1); // teams on the pitch
        skipEntries(in, 3); // tallies
        in.skipNumbers(2 * in.small()); // peaks
        boolean changed = in.number() == 1;
        in.skipNumbers(in.small()); // minutes to publish
        in.skipBlob(); // latencies
        skipFixtures(in);
        in.skipNumbers(3); // cards
        int ends = in.small();
        in.skipNumbers(2); // first and last event
        long lastActivityAt = in.number();
        in.skipNumbers(2); // duplicates; size of the window of recent events
        in.skipBlob(); // its floor
        boolean publishedAsCurrent = in.number() == 1;
        return new StoredFacts(Optional.of(MatchStats.status(ends, total, starts)), total, lastActivityAt, changed,
                MatchStats.rateExpiresAt(publishedAsCurrent, lastActivityAt));
    }

    private static void skipEntries(StateInput in, int numbers) {
        for (int left = in.small(); left > 0; left--) {
            in.skipBlob();
            in.skipNumbers(numbers);
        }
    }

    private static void skipFixtures(StateInput in) {
        for (int left = in.small(); left > 0; left--) {
            for (int text = 0; text < Fixtures.TEXTS; text++) {
                if (in.number() != 0) {
                    in.skipBlob();
                }
            }
            in.skipNumbers(3); // time, two halves of the id
        }
    }
}
