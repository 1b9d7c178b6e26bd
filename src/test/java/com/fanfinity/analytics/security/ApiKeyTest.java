package com.fanfinity.analytics.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "feed-1", "opta.eu", "0123456789abcdef0123456789abcdef"})
    void idOf_aKey_isItsId(String id) {
        for (long seed = 0; seed < 200; seed++) { // among them secrets with underscores
            assertEquals(Optional.of(id), ApiKey.idOf(TestKeys.key(id, seed)));
        }
    }

    @Test
    void idOf_anyCharacterChanged_isEmpty() {
        String key = TestKeys.key("feed", 1);
        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'a' ? 'b' : 'a';
            String changed = key.substring(0, i) + other + key.substring(i + 1);

            assertEquals(Optional.empty(), ApiKey.idOf(changed), changed);
            assertEquals(Optional.empty(), ApiKey.idOf(key.substring(0, i)), "cut");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ff1_", "ff1___", "x", "ff1_Feed", "ff1_a b", "ff1_a_b",
        "ff1_0123456789abcdef0123456789abcdef0"})
    void idOf_otherForms_isEmpty(String start) {
        String text = start + "_" + "A".repeat(43);

        assertEquals(Optional.empty(), ApiKey.idOf(text + "_" + ApiKey.checksum(text)));
        assertEquals(Optional.empty(), ApiKey.idOf(start));
    }
}
