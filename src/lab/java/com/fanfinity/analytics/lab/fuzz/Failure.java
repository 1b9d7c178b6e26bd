package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/// An input that broke a rule.
///
/// @param number of the input; -1 for a rule about the whole run
/// @param violation the rule; its first word names the kind
record Failure(long seed, long number, String violation) {

    private static final int LONGEST = 2_000;

    /// The report: the rule, the input, and the command that repeats it.
    ///
    /// @param input the input, or a smaller one that breaks the same rule
    List<String> lines(FuzzInput input) {
        List<String> lines = new ArrayList<>(List.of("input " + number + ": " + violation));
        lines.add("  " + shortened(input));
        lines.add("  repeat: make fuzz SEED=" + seed + " FROM=" + number + " INPUTS=1");
        return lines;
    }

    private static String shortened(FuzzInput input) {
        String text = switch (input) {
            case FuzzInput.Http http -> new String(http.bytes(), ISO_8859_1);
            case FuzzInput.KafkaRecord record -> "record, key " + text(record.key()) + ", value " + text(record.value())
                    + ", headers " + record.headers().stream().limit(20).toList() + ", partition " + record.partition()
                    + ", timestamp " + record.timestamp();
        };
        StringBuilder shown = new StringBuilder();
        text.chars().limit(LONGEST).forEach(c -> shown.append(c >= ' ' && c < 127
                ? Character.toString(c)
                : String.format("\\x%02x", c)));
        return shown + (text.length() > LONGEST ? "… " + text.length() + " bytes" : "");
    }

    private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }
}
