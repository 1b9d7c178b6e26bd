package com.fanfinity.analytics.lab.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Reads of archived matches by one address, which keeps to its rate, while others read live matches.
@Tag("endurance")
class ArchivedReadsIT {

    /// The loader is one address too.
    private static final Map<String, String> SETTINGS = Map.of("STREAMS_ARCHIVE_AFTER", "5s", "RATES", "on",
            "RATE_EVENTS", "1000000", "RATE_EVENTS_BURST", "1000000", "RATE_BYTES", "1GiB", "RATE_BYTES_BURST", "1GiB");

    @Test
    void archivedMatch_readByOneAddress_leavesPermitsToReadsOfLiveMatches(TestReporter reporter)
            throws IOException, InterruptedException {
        try (Target target = Target.start("archived-reads", SETTINGS)) {
            Verdict verdict = AttackRun.of(target, new ArchivedReads(40, 60_000, Duration.ofSeconds(12)));
            reporter.publishEntry(String.join(System.lineSeparator(), verdict.lines()));

            assertEquals(List.of(), verdict.violations());
        }
    }
}
