package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;

/// A kind of misuse by a client, and the rules that the service must keep meanwhile. [AttackRun] checks the rules that
/// are common to all attacks.
public interface Attack {

    /// The effects that other clients may notice.
    ///
    /// @param p99 the limit for the answers to their single events
    /// @param refusals whether some of them may get 503 with `Retry-After`
    record Tolerance(Duration p99, boolean refusals) {
        static final Tolerance SLOWER = new Tolerance(Duration.ofSeconds(2), false);
        static final Tolerance REFUSED = new Tolerance(Duration.ofSeconds(2), true);
    }

    /// The attack in a few words.
    String name();

    /// Loads the data that the attack needs, before the heap is measured.
    default void prepare(Target target) throws IOException, InterruptedException {}

    /// Runs the attack and returns when it is over.
    void strike(Target target, Findings findings) throws IOException, InterruptedException;

    default Tolerance tolerance() {
        return Tolerance.SLOWER;
    }
}
