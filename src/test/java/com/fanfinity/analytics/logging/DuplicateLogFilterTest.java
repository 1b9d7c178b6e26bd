package com.fanfinity.analytics.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class DuplicateLogFilterTest {

    private final AtomicLong now = new AtomicLong();
    private final DuplicateLogFilter repeats = new DuplicateLogFilter(now::get);
    private final List<String> written = new ArrayList<>();

    @Test
    void warning_repeatedForTenMinutes_isOneLinePerMinuteAfterTheFirstFive() {
        for (int second = 0; second < 600; second++) {
            log("WARN", "NetworkClient",
                    "Connection to node " + second + " (broker/10.0.0." + second % 9
                            + ":9092) could not be established.");
        }

        assertEquals(5 + 9, written.size(), written::toString);
        assertTrue(
                written.get(5)
                        .contains(" [WARN] NetworkClient - repeated=55 Connection to node 59 (broker/10.0.0.5:9092)"),
                written.get(5));
    }

    @Test
    void repeats_heldBack_areSummarizedBeforeTheNextEntryOfAnyKind() {
        for (int i = 0; i < 8; i++) {
            log("ERROR", "Topology", "offset=" + i + " a record cannot be processed");
        }
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        log("INFO", "App", "closing");

        assertEquals(
                List.of("ERROR] Topology - repeated=3 offset=7 a record cannot be processed", "INFO] App - closing"),
                written.subList(5, 7).stream().map(line -> line.substring(line.indexOf("] [") + 3)).toList());
    }

    @Test
    void kind_thatWasQuietForAMinute_isNewAgain() {
        for (int i = 0; i < 5; i++) {
            log("WARN", "Sink", "incident began");
        }
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        log("WARN", "Sink", "incident began");

        assertEquals(6, written.size());
    }

    @Test
    void entries_ofOtherKinds_areNotHeldBack() {
        for (int i = 0; i < 100; i++) {
            log("INFO", "Streams", "streams changed state");
            log("WARN", "Logger" + (char) ('a' + i % 26) + (char) ('a' + i / 26), "something is wrong");
        }

        assertEquals(200, written.size());
    }

    /// Words without digits make new kinds, without a limit on their number.
    @Test
    void kinds_ofManyLoggers_areBounded() {
        for (int i = 0; i < 10_000; i++) {
            log("WARN", "Logger" + word(i / 10), word(i));
        }

        assertTrue(written.size() <= DuplicateLogFilter.FIRST * (DuplicateLogFilter.MOST_KINDS + 1),
                () -> written.size() + " lines");
    }

    /// As when a client chooses words of a library's message.
    @Test
    void kinds_ofOneLogger_areBoundedAndHoldBackNoOthers() {
        for (int i = 0; i < 100_000; i++) {
            log("WARN", "Parser", word(i) + " - unexpected");
        }
        int flood = written.size();
        for (int i = 0; i < 200; i++) {
            log("WARN", "Logger" + word(i), "something is wrong");
        }

        assertTrue(flood <= DuplicateLogFilter.FIRST * (DuplicateLogFilter.MOST_KINDS_PER_LOGGER + 1),
                () -> flood + " lines");
        assertEquals(flood + 200, written.size());
    }

    /// A client may choose both.
    @Test
    void requestIdsAndMatchIds_makeNoKinds() {
        for (int i = 0; i < 100; i++) {
            log("ERROR", "HttpServer", "requestId=" + word(i) + " matchId=" + word(i) + " request failed");
        }

        assertEquals(DuplicateLogFilter.FIRST, written.size());
    }

    /// A word without digits.
    private static String word(int number) {
        return "word" + Integer.toString(number, 26).chars()
                .mapToObj(c -> String.valueOf((char) ('a' + (c + 7) % 26))).reduce("", String::concat);
    }

    private void log(String level, String logger, String text) {
        String entry = "2026-11-21T12:00:00.000Z [thread] [" + level + "] " + logger + " - " + text;
        if (repeats.passes(entry, written::add)) {
            written.add(entry);
        }
        now.addAndGet(level.equals("WARN") && text.startsWith("Connection") ? Duration.ofSeconds(1).toNanos() : 0);
    }
}
