package com.fanfinity.analytics.lab.fuzz;

import java.util.List;

/// Values that parsers and rules may get wrong, as JSON text.
final class OddValues {

    private static final List<String> VALUES = List.of("null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e400",
            "-1e-400", "9223372036854775807", "9223372036854775808", "9007199254740993", "1E5", "00", "01", "+1", ".5",
            "5.", "NaN", "Infinity", "\"\"", "\" \"", "\"\\u0000\"", "\"\\u202e\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
            "\"\\uffff\"", "\"\\ufeff\"", "\"\u202Eabc\"", "\"\\x\"", "\"\\u12\"", "\"\t\"", "'a'", "[]", "{}", "[[]]",
            "{\"\":{}}", "{\"a\":1,\"a\":2}", "[1,]", "{\"a\":}", "undefined", "\"\uD83D\uDE00\"", "\"<img src=x>\"",
            "\"%s%n\"", "\"' OR 1=1 --\"", "\"../../etc/passwd\"", "\"a\\nb\"");

    private static final List<String> TIMES = List.of("\"2024-02-30T00:00:00Z\"", "\"2024-01-01T24:00:00Z\"",
            "\"2024-01-01T00:00:60Z\"", "\"2024-01-01T00:00:00\"", "\"2024-01-01t00:00:00z\"",
            "\"2024-01-01T00:00:00.123456789123Z\"", "\"2024-01-01T00:00:00+24:00\"", "\"2024-01-01T00:00:00-00:00\"",
            "\"0000-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999Z\"", "\"10000-01-01T00:00:00Z\"",
            "\"-0001-01-01T00:00:00Z\"", "\"1969-12-31T23:59:59Z\"", "\"2024-1-1T0:0:0Z\"", "1704067200000");

    private static final List<String> IDS = List.of("\"1-1-1-1-1\"", "\"00000000-0000-0000-0000-000000000000\"",
            "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"{54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517}\"",
            "\"54FF7E6D-B7F7-54EC-9D8B-F8A8D8D5C517\"", "\"54ff7e6db7f754ec9d8bf8a8d8d5c517\"");

    private OddValues() {}

    static String value(Chance chance) {
        return switch (chance.below(8)) {
            case 0 -> "\"" + "x".repeat(chance.length()) + "\"";
            case 1 -> "[".repeat(chance.below(200)) + "]".repeat(chance.below(200));
            case 2 -> chance.of(TIMES);
            case 3 -> chance.of(IDS);
            case 4 -> "9".repeat(1 + chance.length());
            default -> chance.of(VALUES);
        };
    }

    static String time(Chance chance) {
        return chance.of(TIMES);
    }
}
