package com.fanfinity.analytics.logging;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where the log goes, in place of `System.err`: each entry is one line, whoever logged it, and what repeats is summed up by {@link Repeats}.
///
/// slf4j-simple prints an entry as a text, then the lines of its stack trace as objects, then flushes. The stack trace is put behind the text, with
/// ` | ` between its lines. The line's end is held back until then, so nothing is lost if the flush doesn't come.
public final class SingleLineLogStream extends PrintStream {

    /// Of an entry, in characters. The stack trace of an endless recursion has 100,000.
    static final int LONGEST = 8_000;

    /// Of each exception of a chain. What lies beneath is the thread's pool and the server; the causes below must not be cut off for it.
    private static final int FRAMES = 12;

    private final PrintStream sink;
    private final DuplicateLogFilter repeats;
    /// Of the line that is not ended yet; -1 if there is none.
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
