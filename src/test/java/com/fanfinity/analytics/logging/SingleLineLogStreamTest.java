package com.fanfinity.analytics.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

import org.junit.jupiter.api.Test;

class SingleLineLogStreamTest {

    private static final String HEAD = "2026-11-21T12:00:00.000Z [main] [ERROR] X - ";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final SingleLineLogStream log = new SingleLineLogStream(new PrintStream(bytes, true, UTF_8),
            new DuplicateLogFilter(() -> 0));

    @Test
    void entry_withAStackTrace_isOneLine() {
        entry("it failed", new IllegalStateException("outer", new IllegalArgumentException("two\nlines")));

        assertEquals(1, lines().size(), lines()::toString);
        assertTrue(
                lines().getFirst()
                        .startsWith(HEAD
                                + "it failed | java.lang.IllegalStateException: outer | "
                                + "at com.fanfinity.analytics.logging.SingleLineLogStreamTest."),
                lines().getFirst());
        assertTrue(lines().getFirst().contains(" | Caused by: java.lang.IllegalArgumentException: two | lines | "),
                lines().getFirst());
    }

    @Test
    void entry_withLineBreaks_isOneLine() {
        log.println(HEAD + "sent\r\n2026-11-21T12:00:00.000Z [main] [INFO] Forged - nothing happened\n\tat all");
        log.flush();

        assertEquals(List.of(HEAD + "sent | 2026-11-21T12:00:00.000Z [main] [INFO] Forged - nothing happened | at all"),
                lines());
    }

    @Test
    void entry_tooLong_isTruncated() {
        entry("deep", deep(new IllegalStateException("bottom"), 500));

        assertEquals(1, lines().size());
        assertTrue(lines().getFirst().length() <= SingleLineLogStream.LONGEST + 1,
                () -> lines().getFirst().length() + " characters");
    }

    @Test
    void repeated_entries_areHeldBackWithTheirStackTraces() {
        for (int i = 0; i < 50; i++) {
            entry("it failed", new IllegalStateException("again"));
        }

        assertEquals(DuplicateLogFilter.FIRST, lines().size(), lines()::toString);
    }

    @Test
    void stackTrace_withoutEntryAndFlush_precedesTheNextEntry() {
        new IllegalStateException("printed directly").printStackTrace(log);
        entry("next", new IllegalStateException("other"));

        assertEquals(2, lines().size(), lines()::toString);
        assertTrue(lines().getFirst().startsWith("java.lang.IllegalStateException: printed directly | at "),
                lines().getFirst());
    }

    /// Logs like SimpleLogger.
    private void entry(String text, Throwable cause) {
        log.println(HEAD + text);
        cause.printStackTrace(log);
        log.flush();
    }

    private static Throwable deep(Throwable bottom, int causes) {
        Throwable top = bottom;
        for (int i = 0; i < causes; i++) {
            top = new IllegalStateException("cause " + i, top);
        }
        return top;
    }

    private List<String> lines() {
        return bytes.toString(UTF_8).lines().toList();
    }
}
