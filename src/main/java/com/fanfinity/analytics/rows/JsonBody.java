package com.fanfinity.analytics.rows;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import com.fanfinity.analytics.event.Timestamps;

/// The topology's own JSON, read leniently: a member of another type counts as missing.
record JsonBody(JsonNode node) {

    private static final int MAX_DEPTH = 64;
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build());

    /// Empty if the bytes are not a JSON object.
    static Optional<JsonBody> parse(byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            return node != null && node.isObject() ? Optional.of(new JsonBody(node)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    JsonBody at(String member) {
        JsonNode child = node.get(member);
        return new JsonBody(child == null ? MissingNode.getInstance() : child);
    }

    Optional<String> text() {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }

    String textOrEmpty() {
        return text().orElse("");
    }

    /// A non-negative integer.
    OptionalLong count() {
        return node.isIntegralNumber() && node.canConvertToLong() && node.bigIntegerValue().compareTo(BigInteger.ZERO) >= 0
                ? OptionalLong.of(node.longValue())
                : OptionalLong.empty();
    }

    long countOrZero() {
        return count().orElse(0);
    }

    OptionalDouble number() {
        return node.isNumber() ? OptionalDouble.of(node.doubleValue()) : OptionalDouble.empty();
    }

    Optional<Instant> time() {
        return text().flatMap(Timestamps::parse);
    }

    /// The members that are counts, in a fixed order.
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        node.properties().forEach(entry -> new JsonBody(entry.getValue()).count().ifPresent(n -> counts.put(entry.getKey(), n)));
        return counts;
    }
}
