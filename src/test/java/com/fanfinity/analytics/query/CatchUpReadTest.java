package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.junit.jupiter.api.Test;

class CatchUpReadTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<String> steps = new ArrayList<>();

    private CatchUpRead<String> read(Duration limit, List<Boolean> caughtUp, List<String> results) {
        Iterator<Boolean> checks = caughtUp.iterator();
        Iterator<String> reads = results.iterator();
        return CatchUpRead.until(() -> {
            steps.add("check");
            return checks.next();
        }, limit, () -> {
            steps.add("read");
            return reads.next();
        }, String::isEmpty);
    }

    /// The first event of a match is visible as soon as it is processed, before the end of the log is known.
    @Test
    void until_foundBeforeTheReplicaHasCaughtUp_returnsAtOnce() {
        assertEquals(new CatchUpRead<>("found", false),
                read(LONG, List.of(false, false, false), List.of("", "", "found")));
    }

    @Test
    void until_caughtUpAndNothingFound_isCertain() {
        assertEquals(new CatchUpRead<>("", true), read(LONG, List.of(false, true), List.of("", "")));
    }

    /// A read before the check could be older than the request.
    @Test
    void until_eachRead_followsItsCheck() {
        read(LONG, List.of(false, true), List.of("", ""));

        assertEquals(List.of("check", "read", "check", "read"), steps);
    }

    @Test
    void until_limit_isUncertain() {
        assertEquals(new CatchUpRead<>("", false), read(Duration.ZERO, List.of(false), List.of("")));
    }

    @Test
    void until_lag_readsLessOften() {
        CatchUpRead<String> read = CatchUpRead.until(() -> false, Duration.ofMillis(400), () -> {
            steps.add("read");
            return "";
        }, String::isEmpty);

        assertEquals(new CatchUpRead<>("", false), read);
        assertTrue(steps.size() <= 60, "400 ms in intervals of 5 ms are 80 reads; there were " + steps.size());
    }
}
