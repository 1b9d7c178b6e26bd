package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Set;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartPointTest {
    private static final TopicPartition PARTITION = new TopicPartition("match-events-accepted", 3);
    private static final OptionalLong NONE = OptionalLong.empty();
    private static final TopicIdentity SAME = new TopicIdentity("idA", Set.of("idA"), Set.of());

    @Test
    void nothingStored_anyLog_startsAtItsBeginning() {
        assertEquals(new StartPoint.StartAt(0, 0), StartPoint.of(PARTITION, SAME, NONE, NONE, 0, 10));
        assertEquals(new StartPoint.StartAt(7, 7), StartPoint.of(PARTITION, SAME, NONE, NONE, 7, 10));
    }

    @Test
    void rowsStored_anyCommittedOffset_startsAfterTheHighest() {
        assertEquals(new StartPoint.StartAt(5, 0), StartPoint.of(PARTITION, SAME, OptionalLong.of(4), NONE, 0, 10));
        assertEquals(new StartPoint.StartAt(5, 0),
                StartPoint.of(PARTITION, SAME, OptionalLong.of(4), OptionalLong.of(9), 5, 10));
        assertEquals(new StartPoint.StartAt(10, 0), StartPoint.of(PARTITION, SAME, OptionalLong.of(9), NONE, 0, 10));
    }

    @Test
    void highestBeyondLogEnd_anyCommittedOffset_holds() {
        assertInstanceOf(StartPoint.Truncated.class, StartPoint.of(PARTITION, SAME, OptionalLong.of(10), NONE, 0, 10));
    }

    @Test
    void recordsLost_byRetention_holds() {
        assertInstanceOf(StartPoint.Hold.class, StartPoint.of(PARTITION, SAME, OptionalLong.of(4), NONE, 6, 10));
        assertInstanceOf(StartPoint.Hold.class,
                StartPoint.of(PARTITION, SAME, OptionalLong.of(4), OptionalLong.of(5), 6, 10));
    }

    /// The health check shows the reason. An operator needs topic, partition and statement.
    @Test
    void hold_reason_namesTopicPartitionAndStatement() {
        String shorter = held(StartPoint.of(PARTITION, SAME, OptionalLong.of(10), NONE, 0, 10));
        String lost = held(StartPoint.of(PARTITION, SAME, OptionalLong.of(4), NONE, 6, 10));

        assertTrue(shorter.startsWith("match-events-accepted partition 3: ClickHouse holds offset 10 "), shorter);
        assertTrue(shorter.contains("another CLICKHOUSE_DATABASE"), shorter);
        assertTrue(lost.startsWith("match-events-accepted partition 3: Kafka no longer has offsets 5 to 5, "), lost);
        assertTrue(lost.endsWith(
                "(kafka_topic, kafka_partition, kafka_offset, reason) VALUES ('match-events-accepted', 3, 5, 'WHY')"),
                lost);
    }

    /// The new topic may end before the stored offsets or after them.
    @ParameterizedTest
    @ValueSource(longs = {3, 5, 100})
    void recreatedTopic_anyEnd_isHeldWithBothIds(long logEnd) {
        TopicIdentity other = new TopicIdentity("idB", Set.of("idA"), Set.of());

        String reason = held(StartPoint.of(PARTITION, other, OptionalLong.of(4), OptionalLong.of(5), 0, logEnd));

        assertTrue(reason.startsWith("match-events-accepted partition 3: the topic was recreated. Its id is idB, "
                + "but the rows in ClickHouse are from the topic with the id idA. "), reason);
        assertTrue(reason.contains("another CLICKHOUSE_DATABASE"), reason);
    }

    @Test
    void topicWithoutRows_anyId_starts() {
        assertEquals(new StartPoint.StartAt(0, 0),
                StartPoint.of(PARTITION, new TopicIdentity("idB", Set.of(), Set.of()), NONE, NONE, 0, 10));
    }

    /// Two sinks recorded a topic that was recreated between them.
    @Test
    void rowsOfTwoTopics_areHeld() {
        TopicIdentity both = new TopicIdentity("idB", Set.of("idA", "idB"), Set.of());

        assertTrue(held(StartPoint.of(PARTITION, both, OptionalLong.of(4), NONE, 0, 10)).contains("idA or idB"));
    }

    /// The log has grown beyond the stored offsets since. The new records would be taken for the stored ones.
    @Test
    void truncatedTopic_grownAgain_isHeld() {
        TopicIdentity truncated = new TopicIdentity("idA", Set.of("idA", TopicIdentity.truncated(3)), Set.of());

        StartPoint point = StartPoint.of(PARTITION, truncated, OptionalLong.of(4), OptionalLong.of(5), 0, 100);

        assertInstanceOf(StartPoint.Truncated.class, point);
        assertTrue(held(point).contains("has lost records"), held(point));
    }

    @Test
    void truncatedTopic_otherPartition_starts() {
        TopicIdentity truncated = new TopicIdentity("idA", Set.of("idA", TopicIdentity.truncated(2)), Set.of());

        assertEquals(new StartPoint.StartAt(5, 0),
                StartPoint.of(PARTITION, truncated, OptionalLong.of(4), NONE, 0, 100));
    }

    /// The rows do not name their topic, so the offsets of the other deployment would be taken for those of this one.
    @Test
    void rowsOfAnotherDeployment_areHeld() {
        TopicIdentity foreign = new TopicIdentity("idA", Set.of(), Set.of("staging-match-events-accepted"));

        String reason = held(StartPoint.of(PARTITION, foreign, OptionalLong.of(4), NONE, 0, 10));

        assertTrue(reason.startsWith("match-events-accepted partition 3: the database has rows of another deployment, "
                + "from the topic staging-match-events-accepted. "), reason);
        assertTrue(reason.contains("another CLICKHOUSE_DATABASE"), reason);
    }

    private static String held(StartPoint point) {
        return switch (point) {
            case StartPoint.StartAt start -> throw new AssertionError(start);
            case StartPoint.Hold(String reason) -> reason;
            case StartPoint.Truncated(String reason, _) -> reason;
        };
    }

    @Test
    void transactionMarkersGone_nothingElse_starts() {
        assertEquals(new StartPoint.StartAt(6, 1),
                StartPoint.of(PARTITION, SAME, OptionalLong.of(4), OptionalLong.of(6), 6, 6));
    }
}
