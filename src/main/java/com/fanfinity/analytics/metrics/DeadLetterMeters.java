package com.fanfinity.analytics.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;

import io.micrometer.core.instrument.Counter;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.metrics.Meters.Replay;

/// Dead letters and their replays.
final class DeadLetterMeters {

    private final Map<DeadReason, Counter> letters;
    private final Map<Replay, Counter> replays;

    DeadLetterMeters(MeterBook book) {
        letters = book.counters("dead.letters", "records", "Records that became dead letters, by reason", "reason")
                .each(DeadReason.class, DeadReason::wireName);
        replays = book.counters("dead.letters.replayed", "letters", "Dead letters asked to be replayed, by what became of it", "outcome")
                .each(Replay.class, Replay::wireName);
    }

    void deadLetter(DeadReason reason) {
        requireNonNull(letters.get(reason)).increment();
    }

    void replayed(Replay outcome) {
        requireNonNull(replays.get(outcome)).increment();
    }
}
