package com.fanfinity.analytics.config;

import java.util.List;

/// The configuration is invalid. The message lists every fault, one per line.
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    SettingsException(List<String> faults) {
        super("The configuration has " + faults.size() + (faults.size() == 1 ? " fault:" : " faults:") + "\n  "
                + String.join("\n  ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
