package com.fanfinity.analytics.logging;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Summarizes repeated warnings and errors of all libraries, so that a broker outage of ten minutes does not fill the
/// disk.
///
/// The first five entries of a kind pass within a minute. The filter holds further ones back. After the minute it
/// writes the last of them with `repeated=` and their number. A kind that continues is then one line per minute.
///
/// Entries are of one kind if they have the same level, logger and words. Words with digits (numbers, addresses, ids)
/// do not count. A client may be able to choose words of a message, so the kinds of one logger are bounded: a flood of
/// them neither fills the log nor holds back the entries of other loggers.
public final class DuplicateLogFilter {

    static final int FIRST = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /// All further kinds share one.
    static final int MOST_KINDS = 256;

    /// All further kinds of a logger share one.
    static final int MOST_KINDS_PER_LOGGER = 16;

    private static final int LOOKED_AT = 400;
    private static final String OTHERS = "others";

    private static final class MessagePattern {
        private final String logger;
        private long since;
        private int passed;
        private int held;
        private String last = "";

        private MessagePattern(String logger, long since) {
            this.logger = logger;
            this.since = since;
        }
    }

    private final LongSupplier nanoTime;
    private final Map<String, MessagePattern> kinds = new HashMap<>();
    private long lookedAt;

    public DuplicateLogFilter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
    }

    /// @param entry as slf4j-simple writes it: time, thread, level, logger, text
    /// @param summaries receives the summaries that are due
    /// @return whether the caller must write the entry
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
        String logger = loggerOf(entry, level);
        MessagePattern kind = kinds.computeIfAbsent(bounded(kindOf(entry, level), logger),
                _ -> new MessagePattern(logger, now));
        if (kind.passed < FIRST) {
            kind.passed++;
            return true;
        }
        kind.held++;
        kind.last = entry;
        return false;
    }

    private String bounded(String kind, String logger) {
        if (kinds.containsKey(kind)) {
            return kind;
        }
        long ofLogger = kinds.values().stream().filter(known -> known.logger.equals(logger)).count();
        String named = ofLogger < MOST_KINDS_PER_LOGGER ? kind : OTHERS + ' ' + logger;
        return kinds.containsKey(named) || kinds.size() < MOST_KINDS ? named : OTHERS;
    }

    /// The text between the level and ` - `.
    private static String loggerOf(String entry, int level) {
        int start = entry.indexOf("] ", level + 2) + 2;
        int end = entry.indexOf(" - ", start);
        return end < 0 ? "" : entry.substring(start, end);
    }

    private void sumUp(long now, Consumer<String> summaries) {
        for (Iterator<MessagePattern> all = kinds.values().iterator(); all.hasNext();) {
            MessagePattern kind = all.next();
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
                .filter(word -> word.chars().noneMatch(Character::isDigit) && !word.startsWith("matchId=")
                        && !word.startsWith("requestId="))
                .collect(Collectors.joining(" "));
    }
}
