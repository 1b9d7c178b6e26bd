package com.fanfinity.analytics.lab.hostile;

import java.util.ArrayList;
import java.util.List;

/// The outcome of an attack.
///
/// @param figures the measured values, one line each
/// @param violations the broken rules, one line each; empty if the service held
public record Verdict(String name, List<String> figures, List<String> violations) {

    public Verdict {
        figures = List.copyOf(figures);
        violations = List.copyOf(violations);
    }

    /// Whether the service kept every rule.
    public boolean held() {
        return violations.isEmpty();
    }

    /// The report, one line each.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add((held() ? "HELD   " : "BROKEN ") + name);
        figures.forEach(figure -> lines.add("         " + figure));
        violations.forEach(violation -> lines.add("       ! " + violation));
        return lines;
    }
}
