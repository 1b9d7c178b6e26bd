package com.fanfinity.analytics.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `MetadataIT` shows that ClickHouse reads the results.
class ReadableJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{ \"a\" : [ 1 , -2.5e3 ] }", "{\"a\":9223372036854775807}",
        "{\"a\":-9223372036854775808}",
        "{\"a\":18446744073709551615}", "{\"a\":1.7976931348623157e308}", "{\"a\":1e-400}", "{\"a\":-0}",
        "{\"a\":123456789012345678901.5}", "{\"a\":1E+2}", "{\"n\":\"99999999999999999999 1e400\"}",
        "{\"a\":\"\\ud834\\udd1e\"}", "{\"a\":\"\\\\ud83d\"}", "{\"\\\"\":\"\\\\\\\"\"}", "{\"a\":\"\\u0041\\/\"}",
        "{\"é\":\"𝄞\"}", "{\"a\":[true,false,null]}"})
    void of_readableObject_isTheSame(String json) {
        assertSame(json, ReadableJson.of(json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"x\":18446744073709551616}|{\"x\":\"18446744073709551616\"}",
        "{\"x\":-9223372036854775809 }|{\"x\":\"-9223372036854775809\" }",
        "{\"x\":1e400,\"y\":1}|{\"x\":\"1e400\",\"y\":1}",
        "{\"x\":[-1E+400,2,100000000000000000000]}|{\"x\":[\"-1E+400\",2,\"100000000000000000000\"]}",
        "{\"note\":\"goal \\ud83d\"}|{\"note\":\"goal \\ufffd\"}", "{\"\\udC00\":1}|{\"\\ufffd\":1}",
        "{\"a\":\"\\ud83d\\ud83d\\ude00\\u0041\"}|{\"a\":\"\\ufffd\\ud83d\\ude00\\u0041\"}",
        "{\"a\":\"\\ud83dx\\\\\\udc00\"}|{\"a\":\"\\ufffdx\\\\\\ufffd\"}"})
    void of_unreadableObject_keepsAllButWhatCannotBeRead(String json, String readable) {
        assertEquals(readable, ReadableJson.of(json));
        assertSame(readable, ReadableJson.of(readable));
    }

    @Test
    void of_numberOfManyDigits_isAString() {
        String digits = "9".repeat(5_000);

        assertEquals("{\"n\":\"" + digits + "\",\"pi\":3." + digits + "}",
                ReadableJson.of("{\"n\":" + digits + ",\"pi\":3." + digits + "}"));
    }
}
