package com.fanfinity.analytics.lab.hostile;

import java.io.IOException;
import java.time.Duration;

/// Counts the streams that the service has open during an attack. Their clients do not read, so they cannot know.
final class OpenStreams {

    private static final Duration EVERY = Duration.ofMillis(500);

    private OpenStreams() {}

    /// Returns after `held`, or earlier if the service ends. Adds a violation if at no time half of the streams were
    /// open.
    ///
    /// @param streams of the attacker
    static void judge(Target target, int streams, Duration held, Findings findings) throws IOException {
        double most = 0;
        long end = System.nanoTime() + held.toNanos();
        while (System.nanoTime() - end < 0 && target.isAlive()) {
            most = Math.max(most, target.metric("live_viewers"));
            Pause.whileAlive(target, EVERY);
        }
        findings.requireAttack(most >= streams / 2.0, "at most %.0f of %d streams were open", most, streams);
    }
}
