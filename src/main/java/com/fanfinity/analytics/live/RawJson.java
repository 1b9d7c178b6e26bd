package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.List;

import com.fasterxml.jackson.databind.util.RawValue;

/// JSON that is encoded once and then written into several frames.
final class RawJson {

    private RawJson() {}

    static List<RawValue> values(Collection<byte[]> encoded) {
        return encoded.stream().map(json -> new RawValue(new String(json, UTF_8))).toList();
    }
}
