package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;

class ValidationTest {

    private static final byte[] KEY = "m".getBytes(UTF_8);

    private final PipelineDriver driver = new PipelineDriver();

    @AfterEach
    void close() {
        driver.close();
    }

    private static Headers receivedAt(String micros) {
        return new RecordHeaders().add("received-at", micros.getBytes(UTF_8));
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return PipelineDriver
                .text(record.headers().lastHeader(name) == null ? null : record.headers().lastHeader(name).value());
    }

    private static String micros(Instant time) {
        return time.toEpochMilli() + "000";
    }

    /// Returns the only dead letter, and asserts that there is no other output.
    private TestRecord<byte[], byte[]> onlyDead() {
        List<TestRecord<byte[], byte[]>> dead = driver.dead();
        assertEquals(1, dead.size());
        assertEquals(List.of(), driver.accepted());
        assertEquals(1, driver.counted(ProcessingOutcome.DEAD));
        assertEquals(header(dead.getFirst(), "reason"),
                Arrays.stream(DeadReason.values()).filter(reason -> driver.counted(reason) == 1)
                        .map(DeadReason::wireName).collect(Collectors.joining(",")),
                "counted by reason");
        return dead.getFirst();
    }

    @Test
    void process_validEvent_isAcceptedInCanonicalFormWithItsOrigin() {
        // Given
        String sent = """
                { "timestamp": "2026-11-21T14:00:00.1239+02:00", "teamId": 7, "matchId": "m", "eventType": "goal",
                  "metadata": {"x" : 1.50}, "playerId": "p", "eventId": "0000000A-0000-4000-8000-00000000000B" }""";
        driver.send("m", "{}");

        // When
        driver.send("m", sent);

        // Then
        List<TestRecord<byte[], byte[]>> accepted = driver.accepted();
        assertEquals(1, accepted.size());
        TestRecord<byte[], byte[]> record = accepted.getFirst();
        assertEquals("""
                {"eventId":"0000000a-0000-4000-8000-00000000000b","matchId":"m","eventType":"goal",\
                "timestamp":"2026-11-21T12:00:00.123Z","teamId":"7","playerId":"p","metadata":{"x" : 1.50}}""",
                PipelineDriver.text(record.value()));
        assertArrayEquals(KEY, record.key());
        assertEquals(PipelineDriver.START, record.getRecordTime());
        assertEquals(micros(PipelineDriver.START), header(record, "received-at"));
        assertEquals("0", header(record, "source-partition"));
        assertEquals("1", header(record, "source-offset"));
        assertEquals("1", header(record, "accepted-number"));
        assertEquals(4, record.headers().toArray().length);
        assertEquals(1, driver.counted(ProcessingOutcome.ACCEPTED));
    }

    @Test
    void process_producer_isOnTheAcceptedRecordAndOnTheDeadLetter() {
        Headers headers = new RecordHeaders();
        headers.add("producer", "feed-1".getBytes(UTF_8));

        driver.send(KEY, EventJson.of("m", "goal", 1).team("A").bytes(), headers);
        driver.send(KEY, new byte[]{'{'}, headers);

        assertEquals("feed-1", header(driver.accepted().getFirst(), "producer"));
        assertEquals("feed-1", header(onlyDead(), "producer"));
    }

    /// A record of another producer may have any header.
    @Test
    void process_producerThatIsNoId_isLeftOut() {
        Headers headers = new RecordHeaders();
        headers.add("producer", "a b\n".getBytes(UTF_8));

        driver.send(KEY, EventJson.of("m", "goal", 1).team("A").bytes(), headers);

        assertNull(driver.accepted().getFirst().headers().lastHeader("producer"));
    }

    @Test
    void process_valueIsNotJson_isBuriedUntouched() {
        byte[] value = {'{', (byte) 0xC3, 0, '"'};

        driver.send(KEY, value, new RecordHeaders());

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertArrayEquals(value, dead.value());
        assertArrayEquals(KEY, dead.key());
        assertEquals("malformed", header(dead, "reason"));
        assertEquals("match-events", header(dead, "source-topic"));
        assertEquals("0", header(dead, "source-partition"));
        assertEquals("0", header(dead, "source-offset"));
        assertEquals(micros(PipelineDriver.START), header(dead, "received-at"));
    }

    @Test
    void process_severalRulesBroken_namesThemAll() {
        driver.send("m", EventJson.of("m", "pass", 1).at("yesterday").json());

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertEquals("invalid", header(dead, "reason"));
        assertTrue(header(dead, "detail").contains("timestamp: "), header(dead, "detail"));
        assertTrue(header(dead, "detail").contains("teamId: "), header(dead, "detail"));
    }

    @Test
    void process_valueIsNull_isBuried() {
        driver.send(KEY, null, new RecordHeaders());

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertNull(dead.value());
        assertEquals("malformed", header(dead, "reason"));
    }

    @Test
    void process_keyIsNull_isBuried() {
        driver.send(null, EventJson.of("m", "reaction", 1).bytes(), new RecordHeaders());

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertNull(dead.key());
        assertEquals("key_mismatch", header(dead, "reason"));
    }

    @Test
    void process_keyIsAnotherMatch_isBuried() {
        driver.send("M", EventJson.of("m", "reaction", 1).json());

        assertEquals("key_mismatch", header(onlyDead(), "reason"));
    }

    // --- the partition

    /// By CRC32, the default of librdkafka, m15 belongs on the partition 0 of 12.
    @Test
    void process_recordOnThePartitionOfAnotherPartitioner_isBuried() {
        driver.topic.partitions(12);

        driver.send(EventJson.of("m15", "reaction", 1));

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertEquals("wrong_partition", header(dead, "reason"));
        assertEquals("the default partitioner (murmur2) chooses the partition 6 for this key, not 0",
                header(dead, "detail"));
    }

    @Test
    void process_recordOnItsPartition_isAcceptedWithoutAskingTheCluster() {
        driver.topic.partitions(12);

        driver.send(EventJson.of("m28", "reaction", 1), EventJson.of("m30", "reaction", 1));

        assertEquals(2, driver.accepted().size());
        assertEquals(0, driver.topic.questions());
    }

    @Test
    void process_manyMisplacedRecords_asksTheClusterOnceASecond() {
        driver.topic.partitions(12);

        IntStream.range(0, 100).forEach(i -> driver.send(EventJson.of("m15", "reaction", i)));
        driver.advance(Duration.ofMillis(999));
        driver.send(EventJson.of("m15", "reaction", 1));
        assertEquals(1, driver.topic.questions());

        driver.advance(Duration.ofMillis(1));
        driver.send(EventJson.of("m15", "reaction", 1));
        assertEquals(1, driver.topic.questions());
        assertEquals(102, driver.counted(DeadReason.WRONG_PARTITION));
    }

    /// Producers already choose from 13 partitions, and m35 then belongs on the partition 0. The record must stay in
    /// the topic.
    @Test
    void process_partitionsWereAdded_failsTheThreadAndBuriesNothing() {
        driver.topic.partitions(12);
        driver.topic.grow(13);

        StreamsException failure = assertThrows(StreamsException.class,
                () -> driver.send(EventJson.of("m35", "reaction", 1)));

        assertTrue(String.valueOf(failure.getCause()).contains("has 13 partitions now"), failure::toString);
        assertEquals(List.of(), driver.dead());
        assertEquals(List.of(), driver.accepted());
    }

    @Test
    void process_clusterDoesNotAnswer_failsTheThreadAndBuriesNothing() {
        driver.topic.partitions(12);
        driver.topic.answers(false);

        assertThrows(StreamsException.class, () -> driver.send(EventJson.of("m15", "reaction", 1)));

        assertEquals(List.of(), driver.dead());
    }

    // --- the future

    /// An instance with another `INGEST_MAX_AHEAD` answered 202.
    @Test
    void process_fartherAheadThanThisInstanceAllows_isAccepted() {
        driver.send(EventJson.of("m", "reaction", 1).at(PipelineDriver.START.plus(Duration.ofHours(30))));

        assertEquals(1, driver.accepted().size());
    }

    /// The clock of the service shows 12:00, that of the broker 09:00. The service allows 24 hours ahead.
    @Test
    void process_brokersClockIsBehind_acceptsWhatTheServiceAccepted() {
        driver.send(KEY, EventJson.of("m", "reaction", 1).at(PipelineDriver.START.plus(Duration.ofHours(23))).bytes(),
                receivedAt(micros(PipelineDriver.START)), PipelineDriver.START.minus(Duration.ofHours(3)));

        assertEquals(1, driver.accepted().size());
    }

    @Test
    void process_timestampAtTheLimitOfTheFuture_isAccepted() {
        driver.send(EventJson.of("m", "reaction", 1).at(PipelineDriver.START.plus(Duration.ofDays(4_015))));

        assertEquals(1, driver.accepted().size());
    }

    @Test
    void process_timestampBeyondTheLimitOfTheFuture_isBuried() {
        driver.send(
                EventJson.of("m", "reaction", 1).at(PipelineDriver.START.plus(Duration.ofDays(4_015)).plusMillis(1)));

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertEquals("invalid", header(dead, "reason"));
        assertTrue(header(dead, "detail").startsWith("timestamp: "), header(dead, "detail"));
    }

    @Test
    void process_oneMegabyte_isBuriedWhole() {
        byte[] value = new byte[1_000_000];
        Arrays.fill(value, (byte) ' ');

        driver.send(KEY, value, new RecordHeaders());

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertArrayEquals(value, dead.value());
        assertEquals("malformed", header(dead, "reason"));
        assertEquals("", header(dead, "cut"));
    }

    @Test
    void process_recordOverTheDeadLetterLimit_isTruncatedWithACutHeader() {
        byte[] value = new byte[DeadLetters.MAX_PART_BYTES + 1];
        byte[] key = new byte[DeadLetters.MAX_PART_BYTES + 2];

        driver.send(key, value, new RecordHeaders().add("big", new byte[DeadLetters.MAX_PART_BYTES]));

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertEquals(DeadLetters.MAX_PART_BYTES, dead.value().length);
        assertEquals(DeadLetters.MAX_PART_BYTES, dead.key().length);
        assertEquals("", header(dead, "big"));
        assertTrue(header(dead, "cut").startsWith("key=1048578 value=1048577 headers="), header(dead, "cut"));
    }

    /// Each costs two bytes of the record although it has no content; a batch that compresses well has millions.
    @Test
    void process_headersWithoutContent_areLeftOutBeforeTheRecordIsTooLarge() {
        Headers headers = new RecordHeaders();
        IntStream.range(0, DeadLetters.MAX_RECORD_BYTES / 2).forEach(_ -> headers.add("", null));

        driver.send(KEY, new byte[1], headers);

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertTrue(dead.headers().toArray().length < 20, "headers: " + dead.headers().toArray().length);
        assertNotEquals("", header(dead, "cut"));
    }

    @Test
    void process_headersOfTheProducer_areKeptOnADeadLetter() {
        driver.send(KEY, new byte[1], new RecordHeaders().add("trace", new byte[]{1, 2}).add("nothing", null));

        TestRecord<byte[], byte[]> dead = onlyDead();
        assertArrayEquals(new byte[]{1, 2}, dead.headers().lastHeader("trace").value());
        assertNull(dead.headers().lastHeader("nothing").value());
    }

    @Test
    void process_receivedAtNearTheArrival_isBelieved() {
        Instant received = PipelineDriver.START.minus(Duration.ofHours(2));

        driver.send(KEY, EventJson.of("m", "reaction", 1).bytes(), receivedAt(micros(received)));

        assertEquals(micros(received), header(driver.accepted().getFirst(), "received-at"));
    }

    @Test
    void process_receivedAtFarFromTheArrival_isNotBelieved() {
        List<String> lies = List.of(micros(PipelineDriver.START.minus(Duration.ofHours(2)).minusMillis(1)),
                micros(PipelineDriver.START.plus(Duration.ofHours(2)).plusMillis(1)), "0", "-1", "9223372036854775807",
                "9999999999999999999", "soon", "");
        for (int i = 0; i < lies.size(); i++) {
            String lie = lies.get(i);

            driver.send(KEY, EventJson.of("m", "reaction", i).bytes(), receivedAt(lie));

            assertEquals(micros(PipelineDriver.START), header(driver.accepted().getFirst(), "received-at"),
                    () -> "header " + lie);
        }
    }

    /// The record was received in time and is judged much later. A backlog must not make valid events invalid, nor
    /// change the result of a replayed record.
    @Test
    void process_clockOfTheMachineMuchLater_judgesByTheRecordsTime() {
        driver.advance(Duration.ofDays(30));

        driver.sendAt(PipelineDriver.START,
                EventJson.of("m", "reaction", 1).at(PipelineDriver.START.plus(Duration.ofDays(4_016))));

        assertEquals("invalid", header(onlyDead(), "reason"));
    }

    @Test
    void process_recordFromTheFarFuture_doesNotMoveTheClockOfThePartition() {
        // Given a producer's time on a topic that keeps it
        driver.sendAt(PipelineDriver.START.plus(Duration.ofDays(365_000)), EventJson.of("m", "reaction", 1));

        // When
        driver.send(EventJson.of("m", "reaction", 1));

        // Then
        assertEquals(1, driver.counted(ProcessingOutcome.DUPLICATE));
        assertEquals(PipelineDriver.START, driver.accepted().getFirst().getRecordTime());
    }

    /// The producer's clock was never set, and the topic keeps the producer's time. By that clock every event would be
    /// too far in the future.
    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z", "2019-12-31T23:59:59.999Z"})
    void process_recordFromBeforeTheService_isJudgedByThePresent(String recordTime) {
        driver.sendAt(Instant.parse(recordTime), EventJson.of("m", "reaction", 1));

        assertEquals(PipelineDriver.START, driver.accepted().getFirst().getRecordTime());
        assertEquals(1, driver.stats("m").totalEvents());
    }

    @Test
    void process_withoutEventId_derivesItFromThePlaceOfTheRecord() {
        // Given
        EventJson event = EventJson.of("m", "reaction", 1);

        // When
        driver.send("m", event.anonymous());
        driver.send("m", event.anonymous());

        // Then two positions are two events, and their ids are the same in every run
        List<String> ids = driver.accepted().stream().map(record -> PipelineDriver.json(record).get("eventId").asText())
                .toList();
        assertEquals(List.of("c780c121", "1af2bf15"), ids.stream().map(id -> id.substring(0, 8)).toList());
        assertEquals(2, driver.stats("m").totalEvents());
    }
}
