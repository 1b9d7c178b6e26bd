package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/// A stored JSON value, which an answer contains unchanged.
public record RawJson(@JsonValue @JsonRawValue String json) {

    public static RawJson of(byte[] utf8) {
        return new RawJson(new String(utf8, UTF_8));
    }
}
