package com.fanfinity.analytics.lab.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

    /// Adds a violation if the attack did not happen. A service that was not attacked has proven nothing.
    ///
    /// @param missing the part of the attack that did not happen
    void requireAttack(boolean happened, String missing, Object... values) {
        require(happened, "the attack did not happen: " + missing, values);
    }

    /// Adds a violation unless an answer has the status that shows the attack, and all others a status that may come
    /// with it.
    ///
    /// @param byStatus the number of answers by status
    void requireAnswers(Map<Integer, Integer> byStatus, int status, Integer... others) {
        Set<Integer> unexpected = new TreeSet<>(byStatus.keySet());
        unexpected.remove(status);
        unexpected.removeAll(Set.of(others));
        requireAttack(byStatus.getOrDefault(status, 0) > 0 && unexpected.isEmpty(), "answers by status %s", byStatus);
    }

    synchronized Verdict verdict() {
        return new Verdict(name, figures, violations);
    }
}
