package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.security.ApiKeys.KeyEntry;

class KeyFileTest {

    private static final Rates RATES = new Rates(true, new Rate(2_000, 10_000), new Rate(4 << 20, 16 << 20),
            new Rate(50, 200), new Rate(100, 400));
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void parse_allMembers_areRead() throws Exception {
        Map<String, KeyEntry> keys = KeyFile.parse("""
                {"keys": [{"id": "feed", "scopes": ["ingest", "read"], "matches": ["epl-", "cup-"],
                           "rates": {"events": 100, "bytes": 1048576, "reads": 5},
                           "secrets": [{"sha256": "%s", "notAfter": "2027-01-01T00:00:00Z"}, {"sha256": "%s"}]}]}
                """.formatted(HASH, HASH).getBytes(UTF_8), RATES);

        KeyEntry key = requireNonNull(keys.get("feed"));
        assertEquals(Set.of(Access.INGEST, Access.READ), key.scopes());
        assertEquals(List.of("epl-", "cup-"), key.matches());
        assertEquals(List.of(Instant.parse("2027-01-01T00:00:00Z"), Instant.MAX),
                key.secrets().stream().map(ApiKeys.KeySecret::notAfter).toList());
        // The bursts keep their ratio, and always hold the largest batch.
        assertEquals(Optional.of(new Rate(100, 5_000)), key.rates().events());
        assertEquals(Optional.of(new Rate(1 << 20, 8 << 20)), key.rates().bytes());
        assertEquals(Optional.of(new Rate(5, 20)), key.rates().reads());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "{\"keys\":null}", "{\"keys\":[]} x", "{\"keys\":[],\"more\":1}",
        "{\"keys\":[],\"keys\":[]}", "{\"keys\":[null]}", "{\"keys\":[{}]}"})
    void parse_anotherForm_isRefused(String json) {
        assertThrows(KeyFile.KeyFileException.class, () -> KeyFile.parse(json.getBytes(UTF_8), RATES));
    }

    /// A file that allows more than its author meant is worse than one that is refused.
    @ParameterizedTest
    @ValueSource(strings = {"\"scopes\":[]", "\"scopes\":[\"write\"]", "\"scopes\":[\"open\"]", "\"scopes\":[\"peer\"]",
        "\"scopes\":[null]", "\"scopes\":[\"read\"],\"match\":[\"a\"]", "\"scopes\":[\"read\"],\"matches\":[]",
        "\"scopes\":[\"read\"],\"matches\":[\"\"]", "\"scopes\":[\"read\"],\"matches\":[null]",
        "\"scopes\":[\"read\"],\"rates\":{\"events\":0}", "\"scopes\":[\"read\"],\"rates\":{\"writes\":1}"})
    void parse_entryWithAFault_isRefused(String members) {
        String json = "{\"keys\":[{\"id\":\"a\",%s,\"secrets\":[{\"sha256\":\"%s\"}]}]}".formatted(members, HASH);

        assertThrows(KeyFile.KeyFileException.class, () -> KeyFile.parse(json.getBytes(UTF_8), RATES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "[{}]", "[{\"sha256\":\"00\"}]", "[null]",
        "[{\"sha256\":\"HASH\",\"notAfter\":\"tomorrow\"}]", "[{\"sha256\":\"HASH\",\"expires\":\"x\"}]",
        "[{\"sha256\":\"HASH\"},{\"sha256\":\"HASH\"},{\"sha256\":\"HASH\"}]"})
    void parse_secretsWithAFault_isRefusedWithoutTheHash(String secrets) {
        String json = "{\"keys\":[{\"id\":\"a\",\"scopes\":[\"read\"],\"secrets\":%s}]}"
                .formatted(secrets.replace("HASH", HASH));

        String message = String.valueOf(assertThrows(KeyFile.KeyFileException.class,
                () -> KeyFile.parse(json.getBytes(UTF_8), RATES)).getMessage());

        assertFalse(message.contains(HASH), message);
    }

    @Test
    void parse_sameIdTwice_isRefused() {
        String entry = TestKeys.entry("a", "read", "", TestKeys.secret("x"));

        assertTrue(String.valueOf(assertThrows(KeyFile.KeyFileException.class,
                () -> KeyFile.parse(TestKeys.file(entry, entry), RATES)).getMessage()).contains("twice"));
    }

    @Test
    void parse_mostKeys_areReadAndOneMoreIsRefused() throws Exception {
        String[] most = IntStream.range(0, KeyFile.MAX_KEYS)
                .mapToObj(i -> TestKeys.entry("key-" + i, "ingest", "", TestKeys.secret("k" + i)))
                .toArray(String[]::new);
        String[] more = IntStream.rangeClosed(0, KeyFile.MAX_KEYS)
                .mapToObj(i -> TestKeys.entry("key-" + i, "ingest", "", TestKeys.secret("k" + i)))
                .toArray(String[]::new);

        assertEquals(KeyFile.MAX_KEYS, KeyFile.parse(TestKeys.file(most), RATES).size());
        assertThrows(KeyFile.KeyFileException.class, () -> KeyFile.parse(TestKeys.file(more), RATES));
    }
}
