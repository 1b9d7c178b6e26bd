package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class FuzzProgressTest {

    private final AtomicLong now = new AtomicLong(-7);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final FuzzProgress progress = new FuzzProgress(new PrintStream(printed, true, UTF_8),
            Duration.ofMinutes(1), now::get);

    private void pass(int seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void line_isPrintedEveryTenSeconds() {
        progress.sent(100, 0);
        pass(10);
        progress.sent(101, 2);
        progress.sent(102, 2);
        pass(9);
        progress.sent(103, 2);

        assertEquals(List.of("    10 s: 2 inputs, 0/s, now at 101, 2 failures"),
                printed.toString(UTF_8).lines().toList());
    }

    @Test
    void run_endsAfterItsTime() {
        pass(59);
        assertFalse(progress.isOver());
        pass(1);
        assertTrue(progress.isOver());
    }

    @Test
    void next_isTheFirstInputThatWasNotSent() {
        assertEquals(900, progress.next(900));

        progress.notSent(512);
        progress.notSent(510);
        progress.notSent(511);

        assertEquals(510, progress.next(900));
    }
}
