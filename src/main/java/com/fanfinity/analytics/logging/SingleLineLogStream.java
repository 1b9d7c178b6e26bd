package com.fanfinity.analytics.logging;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Replaces `System.err` as the target of the log. It writes each entry as one line, and {@link DuplicateLogFilter}
/// summarizes repeated entries.
///
/// slf4j-simple prints an entry as a text, then the lines of its stack trace as objects, then flushes. This stream
/// appends the stack trace to the text, with ` | ` between its lines. It writes the text at once and only delays the
/// line end, so a missing flush loses nothing.
public final class SingleLineLogStream extends PrintStream {

    /// The most characters of an entry. The stack trace of an endless recursion has 100,000.
    static final int LONGEST = 8_000;

    /// The most stack frames of each exception in a chain. Deeper frames are the thread pool and the server, and must
    /// not take the space of the causes.
    private static final int FRAMES = 12;

    private final PrintStream sink;
    private final DuplicateLogFilter repeats;
    /// The length of the unfinished line; -1 if there is none.
    private int length = -1;
    private boolean heldBack;
    private int frames;

    public SingleLineLogStream(PrintStream out, DuplicateLogFilter repeats) {
        super(out, true, StandardCharsets.UTF_8);
        this.sink = out;
        this.repeats = repeats;
    }

    @Override
    public synchronized void println(String entry) {
        endLine();
        heldBack = !repeats.passes(entry, summary -> {
            begin(summary);
            endLine();
        });
        if (!heldBack) {
            begin(entry);
        }
    }

    @Override
    public synchronized void println(Object part) {
        if (heldBack) {
            return;
        }
        String text = String.valueOf(part).strip();
        frames = text.startsWith("at ") ? frames + 1 : 0;
        if (length < 0) {
            begin(text);
        } else if (length < LONGEST && frames <= FRAMES) {
            write(" | " + text);
        }
    }

    @Override
    public synchronized void flush() {
        heldBack = false;
        endLine();
        sink.flush();
    }

    private void begin(String text) {
        length = 0;
        write(text);
    }

    private void write(String text) {
        String line = text.replaceAll("\\R\\s*", " | ");
        String cut = line.length() <= LONGEST - length ? line : line.substring(0, LONGEST - length) + "…";
        sink.print(cut);
        length += cut.length();
    }

    private void endLine() {
        if (length >= 0) {
            length = -1;
            sink.println();
        }
    }
}
