package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;

import io.micrometer.core.instrument.Counter;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.metrics.Meters.ReplayResult;

/// Meters of dead letters and their replays.
public final class DeadLetterMeters {

    private final Map<DeadReason, Counter> letters;
    private final Map<ReplayResult, Counter> replays;

    DeadLetterMeters(MeterBook book) {
        letters = book.counters("dead.letters", "records", "Records that became dead letters, by reason", "reason")
                .each(DeadReason.class, DeadReason::wireName);
        replays = book
                .counters("dead.letters.replayed", "letters",
                        "Dead letters that an operator asked to replay, by outcome", "outcome")
                .each(ReplayResult.class, ReplayResult::wireName);
    }

    /// `dead_letters_total{reason}`: in the topology or (`unstorable`) in the sink. Records that are processed again
    /// after a crash count again.
    public void deadLetter(DeadReason reason) {
        requireNonNull(letters.get(reason)).increment();
    }

    /// `dead_letters_replayed_total{outcome}`.
    public void replayed(ReplayResult outcome) {
        requireNonNull(replays.get(outcome)).increment();
    }
}
