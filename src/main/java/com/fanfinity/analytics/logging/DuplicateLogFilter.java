package com.fanfinity.analytics.logging;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Sums up warnings and errors that repeat, so that a broker that is away for ten minutes fills no disk, whichever library tells of it.
///
/// Of entries of one kind the first five within a minute pass. What else comes in that minute is held back; after it the last of them is
/// written with `repeated=` and how many they were. As long as a kind goes on it is one line a minute.
///
/// Entries are of one kind if level, logger and words are the same, those with digits (numbers, addresses, ids) left out.
public final class DuplicateLogFilter {

    static final int FIRST = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /// Kinds beyond these share one.
    static final int MOST_KINDS = 256;

    private static final int LOOKED_AT = 400;
    private static final String OTHERS = "others";

    private static final class Kind {
        private long since;
        private int passed;
        private int held;
        private String last = "";

        private Kind(long since) {
            this.since = since;
        }
    }

    private final LongSupplier nanoTime;
    private final Map<String, Kind> kinds = new HashMap<>();
    private long lookedAt;

    public DuplicateLogFilter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
    }

    /// @param entry as slf4j-simple writes it: time, thread, level, logger, text
    /// @param summaries given what was held back and is due
    /// @return whether the entry is to be written
    boolean passes(String entry, Consumer<String> summaries) {
        long now = nanoTime.getAsLong();
        if (now - lookedAt >= WINDOW.toNanos() / 60) {
            lookedAt = now;
            sumUp(now, summaries);
        }
        int level = Math.max(entry.indexOf("] [WARN] "), entry.indexOf("] [ERROR] "));
        if (level < 0) {
            return true;
        }
        Kind kind = kinds.computeIfAbsent(kinds.size() < MOST_KINDS ? kindOf(entry, level) : known(kindOf(entry, level)),
                _ -> new Kind(now));
        if (kind.passed < FIRST) {
            kind.passed++;
            return true;
        }
        kind.held++;
        kind.last = entry;
        return false;
    }

    private String known(String kind) {
        return kinds.containsKey(kind) ? kind : OTHERS;
    }

    private void sumUp(long now, Consumer<String> summaries) {
        for (Iterator<Kind> all = kinds.values().iterator(); all.hasNext();) {
            Kind kind = all.next();
            if (now - kind.since < WINDOW.toNanos()) {
                continue;
            }
            if (kind.held == 0) {
                all.remove();
            } else {
                summaries.accept(kind.last.replaceFirst(" - ", " - repeated=" + kind.held + " "));
                kind.held = 0;
                kind.since = now;
            }
        }
    }

    private static String kindOf(String entry, int level) {
        return Arrays.stream(entry.substring(level, Math.min(entry.length(), level + LOOKED_AT)).split(" ", -1))
                .filter(word -> word.chars().noneMatch(Character::isDigit) && !word.startsWith("matchId="))
                .collect(Collectors.joining(" "));
    }
}
