package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.stack.RealParts;

/// ClickHouse reads the metadata of every event, for any JSON that a client sends.
@Tag("external")
class MetadataIT {

    private static final int DOCUMENTS = 1_000;

    /// Tokens that clients may send and that some JSON parsers do not read.
    private static final List<String> ODD = List.of("18446744073709551616", "-9223372036854775809", "1e400", "-1E+400",
            "1e309", "99999999999999999999999999", "1e-400", "0e999", "-0", "0.1e-999999999999", "1e99999999999999",
            "18446744073709551615", "-9223372036854775808", "9223372036854775808", "1.7976931348623157e308",
            "1.7976931348623159e308", "123456789012345678901234567890.5", "0." + "1".repeat(2_000),
            "9".repeat(400) + ".0", "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud83d\\ude00\"",
            "\"\\ud83d\\ude00\"", "\"\\\\ud83d\"", "\"\\u0000\"", "\"\\\"\\\\\"", "\"1e400\"", "\"[1e400\"", "\"é𝄞\"",
            "null", "true", "{}", "[]", "1.50", "7");

    private SinkFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static String document(Random random, UUID target) {
        List<String> members = new ArrayList<>(
                List.of("\"probe\":\"yes\"", "\"eventId\" : \"" + target.toString().toUpperCase(java.util.Locale.ROOT)
                        + "\""));
        for (int left = random.nextInt(4); left > 0; left--) {
            members.add("\"m" + left + "\":" + value(random, 3));
        }
        java.util.Collections.shuffle(members, random);
        return members.stream().collect(Collectors.joining(random.nextBoolean() ? "," : " ,\n ", "{", "}"));
    }

    private static String value(Random random, int depth) {
        if (depth == 0 || random.nextInt(3) > 0) {
            return ODD.get(random.nextInt(ODD.size()));
        }
        String nested = random.nextBoolean() ? "eventId" : "reason";
        return random.nextBoolean()
                ? "[ " + value(random, depth - 1) + "," + value(random, depth - 1) + "]"
                : "{\"" + nested + "\":" + value(random, depth - 1) + "}";
    }

    @Test
    void metadata_anyJson_isReadableAndKeptAsItWasSent() {
        List<String> sent = new ArrayList<>();
        List<UUID> targets = IntStream.range(0, DOCUMENTS).mapToObj(i -> new UUID(0x4000, 0x8000_0000_0000_0000L | i))
                .toList();
        try (SinkRunner _ = fixture.sink()) {
            fixture.transaction(() -> targets.forEach(target -> {
                String document = document(new Random(target.getLeastSignificantBits()), target);
                sent.add(document);
                fixture.sendEvent("m", retraction(document));
            }));
            fixture.awaitExact();
        }

        String all = Integer.toString(DOCUMENTS);
        assertEquals(all, fixture.query("SELECT countIf(JSONExtractString(metadata, 'probe') = 'yes' "
                + "AND toUUIDOrZero(JSONExtractString(metadata, 'eventId')) = retracts) FROM $db.match_events"));
        assertEquals(all, fixture.query("SELECT uniqExact(retracts) FROM $db.match_events"));
        assertEquals(hashes(sent),
                fixture.query("SELECT lower(hex(MD5(if(metadata_sent = '', metadata, metadata_sent))))"
                        + " FROM $db.match_events ORDER BY kafka_offset"));
        assertNotEquals("0", fixture.query("SELECT countIf(JSONExtractString(metadata_sent, 'probe') = '') "
                + "FROM $db.match_events WHERE metadata_sent != ''"), "ClickHouse reads it all: nothing was tested");
    }

    /// Rows of an older version hold the metadata as it was sent, and no target.
    @Test
    void retracts_rowsOfAnOlderSink_areReadFromTheMetadata() throws Exception {
        try (ClickHouse clickHouse = fixture.clickHouse()) {
            new Migrations(clickHouse, Migrations.bundled(fixture.name)).apply();
            for (int i = 0; i < 300; i++) {
                UUID target = new UUID(0x4000, 0x8000_0000_0000_0000L | i);
                String document = document(new Random(i), target);
                fixture.query("INSERT INTO $db.match_events (event_id, match_id, event_type, metadata, kafka_offset) "
                        + "VALUES (generateUUIDv4(), '" + target + "', 'retraction', '"
                        + document.replace("\\", "\\\\").replace("'", "\\'") + "', " + i + ")");
            }
            fixture.query(
                    "INSERT INTO $db.match_events (event_id, match_id, event_type, metadata, kafka_offset) VALUES "
                            + "(generateUUIDv4(), 'goal', 'goal', "
                            + "'{\"eventId\":\"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517\"}', 300)");
        }

        assertEquals("300", fixture.query("SELECT countIf(toString(retracts) = match_id) FROM $db.match_events"));
        assertEquals("00000000-0000-0000-0000-000000000000",
                fixture.query("SELECT retracts FROM $db.match_events WHERE match_id = 'goal'"));
        fixture.query("OPTIMIZE TABLE $db.match_events FINAL");
        assertEquals("300", fixture.query("SELECT countIf(toString(retracts) = match_id) FROM $db.match_events"));
    }

    private static String retraction(String metadata) {
        return "{\"eventId\":\"%s\",\"matchId\":\"m\",\"eventType\":\"retraction\",\"timestamp\":\"2018-07-15T15:00:00Z\","
                .formatted(UUID.randomUUID()) + "\"metadata\":" + metadata + "}";
    }

    private static String hashes(List<String> texts) {
        return texts.stream().map(MetadataIT::md5).collect(Collectors.joining("\n"));
    }

    private static String md5(String text) {
        try {
            return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("MD5")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
