package com.fanfinity.analytics.rows;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;

class TopicMappingTest {
    private static final Topics TOPICS = new Topics("");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TopicMapping mapping = new TopicMapping(TOPICS, new Meters(registry).deadLetters());

    @Test
    void topics_ofAllTables_areTheOutputTopics() {
        assertEquals(List.of("match-events-accepted", "match-events-dead", "match-minutes", "match-stats"),
                mapping.topics());
    }

    @Test
    void event_mappedTwice_hasTheSameBytes() {
        String json = event();

        Row row = mapping.row(record(TOPICS.accepted(), json, "1763712000000000")).orElseThrow();

        assertEquals(Table.EVENTS, row.table());
        assertEquals(202_511, row.month());
        assertArrayEquals(row.rowBinary(),
                mapping.row(record(TOPICS.accepted(), json, "1763712000000000")).orElseThrow().rowBinary());
    }

    @ParameterizedTest
    @ValueSource(strings = {"feed-1", "0", "Service@opta.example"})
    void producer_ofTheHeader_isTheLastColumnOfEventsAndDeadLetters(String id) {
        for (String topic : List.of(TOPICS.accepted(), TOPICS.dead())) {
            ConsumerRecord<byte[], byte[]> record = record(topic, event(), "0");
            record.headers().add("producer", id.getBytes(UTF_8));

            String row = new String(mapping.row(record).orElseThrow().rowBinary(), ISO_8859_1);

            assertTrue(row.endsWith((char) id.length() + id), topic);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "x\u0000",
        "0123456789012345678901234567890123456789012345678901234567890123456"})
    void producer_thatIsNoId_isEmpty(String text) {
        ConsumerRecord<byte[], byte[]> record = record(TOPICS.accepted(), event(), "0");
        record.headers().add("producer", text.getBytes(UTF_8));

        byte[] row = mapping.row(record).orElseThrow().rowBinary();

        assertEquals(0, row[row.length - 1]);
    }

    @ParameterizedTest
    @CsvSource({"1764547199999999, 202511", "1764547200000000, 202512", "0, 197001", "9223372036854775807, 202611",
        "nonsense, 202611",
        "-5, 202611"})
    void month_headerOutOfRange_isThatOfTheRecordTimestamp(String receivedAt, int month) {
        String json = event();

        assertEquals(month, mapping.row(record(TOPICS.accepted(), json, receivedAt)).orElseThrow().month());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "{\"matchId\":\"m\",\"version\":-1}",
        "{\"matchId\":7,\"version\":1}"})
    void unmappableRecord_anyTopic_becomesADeadLetterWithItsOffset(String value) {
        for (String topic : new String[]{TOPICS.accepted(), TOPICS.minutes(), TOPICS.stats()}) {
            Row row = mapping.row(record(topic, value, "0")).orElseThrow();

            assertEquals(Table.DEAD, row.table());
            assertEquals(42, row.offset());
            assertTrue(new String(row.rowBinary(), UTF_8).contains("unstorable"));
        }
        assertEquals(3, registry.get("dead.letters").tag("reason", "unstorable").counter().count());
    }

    /// The ledger compares the accepted numbers, merges keep a row for each acceptance, and the views read the target
    /// of a retraction.
    @Test
    void event_allFields_areInTheirColumns() {
        UUID id = UUID.randomUUID();
        UUID target = UUID.randomUUID();
        String sent = "{\"eventId\":\"" + target + "\",\"x\":1e400}";
        ConsumerRecord<byte[], byte[]> record = record(TOPICS.accepted(),
                "{\"eventId\":\"%s\",\"matchId\":\"m\",\"eventType\":\"retraction\",\"timestamp\":\"2018-07-15T15:37:58.895Z\",\"metadata\":%s}"
                        .formatted(id, sent),
                "1763712000000000");
        record.headers().add("source-partition", "7".getBytes(UTF_8)).add("accepted-number", "41".getBytes(UTF_8));

        byte[] row = mapping.row(record).orElseThrow().rowBinary();

        assertArrayEquals(new RowBinary().uuid(id).string("m").string("retraction").int64(1_531_669_078_895L).string("")
                .string("").string(sent.replace("1e400", "\"1e400\"")).int64(1_763_712_000_000_000L).int32(3).int64(42)
                .int32(7).int64(41).int64(41).string(sent).uuid(target).string("")
                .toBytes(), row);
    }

    /// Without its own id, two such events would replace each other in the table.
    @Test
    void event_withoutAnId_becomesADeadLetter() {
        String json = event().replaceFirst("\"eventId\":\"[^\"]*\",", "");

        assertEquals(Table.DEAD, mapping.row(record(TOPICS.accepted(), json, "0")).orElseThrow().table());
    }

    /// The sink finds its start by this place, and the repair of the row by an operator as well.
    @Test
    void unstorable_anyRecord_hasThePlaceOfTheRecordAsItsSource() {
        ConsumerRecord<byte[], byte[]> record = record(TOPICS.stats(), "{", "0");
        byte[] row = mapping.row(record).orElseThrow().rowBinary();

        byte[] head = new RowBinary().string("unstorable").string("not the metrics of a match with matchId and version")
                .string(record.topic()).int32(record.partition()).int64(record.offset()).toBytes();
        byte[] tail = new RowBinary().string(record.topic()).int32(record.partition()).int64(record.offset())
                .string("").toBytes();
        assertArrayEquals(head, Arrays.copyOf(row, head.length));
        assertArrayEquals(tail, Arrays.copyOfRange(row, row.length - tail.length, row.length));
    }

    /// Any client can read the detail: the receipt of an event contains it.
    @Test
    void detail_mapperThrows_hasNoClassName() {
        String row = new String(mapping.row(record("unknown-topic", "{}", "0")).orElseThrow().rowBinary(), UTF_8);

        assertTrue(row.contains("could not be read"), row);
        assertFalse(row.contains("Exception"), row);
    }

    @Test
    void tombstone_versionedTopic_hasNoRow() {
        assertEquals(Optional.empty(), mapping.row(record(TOPICS.stats(), null, "0")));
        assertEquals(Optional.empty(), mapping.row(record(TOPICS.minutes(), null, "0")));
    }

    /// A retraction of an event whose counting failed makes a count negative. The columns are unsigned.
    @Test
    void stats_negativeCounts_areZeroOrLeftOut() {
        Row zero = statsRow("{\"matchId\":\"m\",\"goals\":0,\"score\":{\"2\":1},\"version\":7}");
        Row negative = statsRow("{\"matchId\":\"m\",\"goals\":-1,\"score\":{\"2\":1,\"1\":-1},\"version\":7}");

        assertArrayEquals(columns(zero), columns(negative));
    }

    private Row statsRow(String json) {
        return mapping.row(record(TOPICS.stats(), json, "0")).orElseThrow();
    }

    /// The columns before the body.
    private static byte[] columns(Row row) {
        String text = new String(row.rowBinary(), ISO_8859_1);
        return text.substring(0, text.indexOf("{\"matchId\"") - 1).getBytes(ISO_8859_1);
    }

    /// The pages need members that have no column; the body keeps them.
    @Test
    void stats_memberWithoutColumn_isInTheBody() {
        String json = "{\"matchId\":\"m\",\"competition\":\"Cup\",\"venue\":null,\"version\":7,\"asOf\":\"2026-11-21T12:00:00.000Z\","
                + "\"stale\":false}";

        Row row = mapping.row(record(TOPICS.stats(), json, "0")).orElseThrow();

        assertEquals(Table.STATS, row.table());
        assertEquals(7, row.version());
        assertTrue(new String(row.rowBinary(), UTF_8).contains(json));
    }

    @Test
    void minute_key_isMatchAndMinute() {
        Row row = mapping.row(record(TOPICS.minutes(),
                "{\"matchId\":\"m\",\"minute\":\"1969-12-31T23:59:00.000Z\",\"events\":1,\"version\":12}", "0"))
                .orElseThrow();

        assertEquals("m/-60", row.key());
        assertEquals(12, row.version());
    }

    private static String event() {
        return "{\"eventId\":\"%s\",\"matchId\":\"m\",\"eventType\":\"pass\",\"timestamp\":\"2018-07-15T15:37:58.895Z\",\"teamId\":\"4418\"}"
                .formatted(UUID.randomUUID());
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, @Nullable String value, String receivedAt) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("received-at", receivedAt.getBytes(UTF_8));
        long november2026 = 1_795_000_000_000L;
        return new ConsumerRecord<byte[], byte[]>(topic, 3, 42, november2026, TimestampType.CREATE_TIME, 1, 1,
                "k".getBytes(UTF_8),
                value == null ? tombstone() : value.getBytes(UTF_8), headers, Optional.empty());
    }

    @SuppressWarnings("NullAway") // Kafka's tombstones are null
    private static byte[] tombstone() {
        return null;
    }
}
