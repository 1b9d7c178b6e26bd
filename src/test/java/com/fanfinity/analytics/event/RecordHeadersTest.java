package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordHeadersTest {
    private final Headers headers = new org.apache.kafka.common.header.internals.RecordHeaders();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_764_000_000_000_000L, Long.MAX_VALUE})
    void number_put_isReadBack(long number) {
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, number);

        assertEquals(OptionalLong.of(number), RecordHeaders.number(headers, RecordHeaders.RECEIVED_AT));
    }

    @Test
    void number_put_isDecimalTextForOtherConsumers() {
        RecordHeaders.put(headers, RecordHeaders.SOURCE_OFFSET, 42);

        assertArrayEquals(new byte[]{'4', '2'}, headers.lastHeader("source-offset").value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1.5", " 1", "1 ", "0x10", "9223372036854775808", "99999999999999999999",
        "١", "1e3"})
    void number_otherText_isEmpty(String text) {
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, text);

        assertEquals(OptionalLong.empty(), RecordHeaders.number(headers, RecordHeaders.RECEIVED_AT));
    }

    @Test
    void number_missingOrWithoutValue_isEmpty() {
        headers.add("no-value", null);

        assertEquals(OptionalLong.empty(), RecordHeaders.number(headers, RecordHeaders.RECEIVED_AT));
        assertEquals(OptionalLong.empty(), RecordHeaders.number(headers, "no-value"));
    }

    @Test
    void number_repeated_lastCounts() {
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, 1);
        RecordHeaders.put(headers, RecordHeaders.RECEIVED_AT, 2);

        assertEquals(OptionalLong.of(2), RecordHeaders.number(headers, RecordHeaders.RECEIVED_AT));
    }

    @Test
    void text_put_isReadBackInUtf8() {
        RecordHeaders.put(headers, RecordHeaders.DETAIL, "é: 𝄞");
        headers.add("no-value", null);

        assertEquals("é: 𝄞", RecordHeaders.text(headers, RecordHeaders.DETAIL));
        assertArrayEquals("é: 𝄞".getBytes(UTF_8), headers.lastHeader("detail").value());
        assertEquals("", RecordHeaders.text(headers, RecordHeaders.REASON));
        assertEquals("", RecordHeaders.text(headers, "no-value"));
    }
}
