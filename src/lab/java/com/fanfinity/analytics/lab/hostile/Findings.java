package com.fanfinity.analytics.lab.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Collects the figures and the broken rules of one attack. Thread-safe.
@SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that only the compiler has
public final class Findings {

    private final String name;
    private final List<String> figures = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    Findings(String name) {
        this.name = name;
    }

    /// Adds a measured value.
    synchronized void figure(String format, Object... values) {
        figures.add(String.format(Locale.ROOT, format, values));
    }

    /// Adds a violation, unless the rule holds.
    ///
    /// @param rule in words, with the measured value
    synchronized void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            violations.add(String.format(Locale.ROOT, rule, values));
        }
    }

    synchronized Verdict verdict() {
        return new Verdict(name, figures, violations);
    }
}
