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
    void nothingStored_startsAtTheBeginning() {
        assertEquals(new StartPoint.At(0, 0), StartPoint.of(PARTITION, NONE, NONE, 0, 10));
        assertEquals(new StartPoint.At(7, 7), StartPoint.of(PARTITION, NONE, NONE, 7, 10));
    }

    @Test
    void stored_startsBehindTheMark_whateverWasCommitted() {
        assertEquals(new StartPoint.At(5, 0), StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 0, 10));
        assertEquals(new StartPoint.At(5, 0), StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(9), 5, 10));
        assertEquals(new StartPoint.At(10, 0), StartPoint.of(PARTITION, OptionalLong.of(9), NONE, 0, 10));
    }

    @Test
    void markBeyondTheEnd_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, OptionalLong.of(10), NONE, 0, 10));
    }

    @Test
    void recordsLostByRetention_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 6, 10));
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(5), 6, 10));
    }

    /// The health check shows the reason, and what is to be done needs both.
    @Test
    void held_namesTopicPartitionAndStatement() {
        String made = held(StartPoint.of(PARTITION, OptionalLong.of(10), NONE, 0, 10));
        String lost = held(StartPoint.of(PARTITION, OptionalLong.of(4), NONE, 6, 10));

        assertTrue(made.startsWith("match-events-accepted partition 3: ClickHouse holds offset 10 "), made);
        assertTrue(lost.startsWith("match-events-accepted partition 3: Kafka no longer has offsets 5 to 5, "), lost);
        assertTrue(lost.endsWith("(kafka_topic, kafka_partition, kafka_offset, reason) VALUES ('match-events-accepted', 3, 5, 'WHY')"),
                lost);
    }

    private static String held(StartPoint point) {
        return assertInstanceOf(StartPoint.Hold.class, point).reason();
    }

    @Test
    void onlyMarkersOfTransactionsAreGone_goesOn() {
        assertEquals(new StartPoint.At(6, 1), StartPoint.of(PARTITION, OptionalLong.of(4), OptionalLong.of(6), 6, 6));
    }
}
