package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/// Collects the log of this process until it is closed, and then writes it where it belongs.
public final class CapturedLog implements AutoCloseable {

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    private CapturedLog() {
        System.setErr(new PrintStream(text, true, UTF_8));
    }

    public static CapturedLog start() {
        return new CapturedLog();
    }

    /// The entries of all levels that are on by default, without stack traces.
    public List<String> entries() {
        return text.toString(UTF_8).lines().filter(line -> line.matches("\\S+ \\[.*] \\[[A-Z]+] .*")).toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(text.toString(UTF_8));
    }
}
