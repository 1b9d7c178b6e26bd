package com.fanfinity.analytics.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The name of an enum constant outside of Java: in JSON, topics, settings, metric labels and query parameters. It is
/// the constant's name in lower case.
public final class WireName {

    private WireName() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// The constant with this wire name; empty if none of the values has it.
    public static <E extends Enum<E>> Optional<E> parse(E[] values, String text) {
        return Arrays.stream(values).filter(value -> of(value).equals(text)).findFirst();
    }
}
