package com.fanfinity.analytics.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// JSON as a tree.
public final class Parsed {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Parsed() {}

    public static JsonNode of(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
