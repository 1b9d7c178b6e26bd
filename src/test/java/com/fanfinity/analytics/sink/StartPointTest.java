package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StartPointTest {
    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final OptionalLong NONE = OptionalLong.empty();

    @Test
    void nothingStored_anyLog_startsAtItsBeginning() {
        assertEquals(new StartPoint.StartAt(0, 0), StartPoint.of(PARTITION, NONE, NONE, 0, 10));
        assertEquals(new StartPoint.StartAt(7, 7), StartPoint.of(PARTITION, NONE, NONE, 7, 10));
    }

    @Test
    void rowsStored_anyCommittedOffset_startsAfterTheHighest() {
        assertEquals(new StartPoint.StartAt(5, 0), StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 0, 10));
        assertEquals(new StartPoint.StartAt(5, 0),
                StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(9), 5, 10));
        assertEquals(new StartPoint.StartAt(10, 0), StartPoint.of(PARTITION, OptionalLong.of(9), NONE, 0, 10));
    }

    @Test
    void highestBeyondLogEnd_anyCommittedOffset_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, OptionalLong.of(10), NONE, 0, 10));
    }

    @Test
    void recordsLost_byRetention_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 6, 10));
        assertInstanceOf(StartPoint.Hold.class,
                StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(5), 6, 10));
    }

    /// The health check shows the reason. An operator needs topic, partition and statement.
    @Test
    void hold_reason_namesTopicPartitionAndStatement() {
        String recreated = held(StartPoint.of(PARTITION, OptionalLong.of(10), NONE, 0, 10));
        String lost = held(StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 6, 10));

        assertTrue(recreated.startsWith("match-events-accepted partition 3: ClickHouse holds offset 10 "), recreated);
        assertTrue(lost.startsWith("match-events-accepted partition 3: Kafka no longer has offsets 5 to 5, "), lost);
        assertTrue(lost.endsWith(
                "(kafka_topic, kafka_partition, kafka_offset, reason) VALUES ('match-events-accepted', 3, 5, 'WHY')"),
                lost);
    }

    private static String held(StartPoint point) {
        return assertInstanceOf(StartPoint.Hold.class, point).reason();
    }

    @Test
    void transactionMarkersGone_nothingElse_starts() {
        assertEquals(new StartPoint.StartAt(6, 1),
                StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(6), 6, 6));
    }
}
