package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.rows.Table;
import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.stack.RealParts;

/// An operator deletes a topic and creates it again: its offsets begin again. The sink must neither take new records
/// for stored ones, nor store them beside the rows of the old topic.
@Tag("slow")
class RecreatedTopicIT {

    private static final int BEFORE = 20;
    private static final int AFTER = 60;

    private SinkFixture fixture;

    @BeforeEach
    void setUp() throws Exception {
        fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private void store(int events) {
        try (SinkRunner _ = fixture.sink()) {
            fixture.sendEvents(events);
            fixture.awaitExact();
        }
    }

    private void awaitHeld(SinkRunner sink) {
        Await.until(SinkFixture.SOON, "held",
                () -> sink.status().requiredAction().orElse("").contains("the topic was recreated"));
        assertEquals(Integer.toString(BEFORE), fixture.query("SELECT count() FROM $db.match_events"));
    }

    @Test
    void recreated_grownBeyondTheStoredOffsets_isHeld() throws Exception {
        store(BEFORE);
        fixture.recreateTopic(fixture.topics.accepted());
        fixture.sendEventsToRecreatedTopic(AFTER);

        try (SinkRunner sink = fixture.sink()) {
            awaitHeld(sink);
        }
    }

    /// The sink does not read while its inserts fail, so it notices nothing of the new topic until it reads on at its
    /// position.
    @Test
    void recreated_whileTheSinkReads_isHeldBeforeARowIsStored() throws Exception {
        AtomicBoolean away = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        try (SinkRunner sink = fixture.sink(RealParts.engine().url(), 5_000, writer -> (batch, token, owner) -> {
            if (away.get() && batch.table() == Table.EVENTS) {
                refused.incrementAndGet();
                return new WriteOutcome.Failed(new IOException("away"));
            }
            return writer.insert(batch, token, owner);
        })) {
            fixture.sendEvents(BEFORE - 1);
            fixture.awaitExact();
            away.set(true);
            fixture.sendEvents(1);
            Await.until(SinkFixture.SOON, "the sink does not read", () -> refused.get() > 1);
            fixture.recreateTopic(fixture.topics.accepted());
            fixture.sendEventsToRecreatedTopic(AFTER);
            away.set(false);

            awaitHeld(sink);
        }
    }

    /// For example to change its settings, before the first match day.
    @Test
    void recreated_beforeAnyRowWasStored_isRead() throws Exception {
        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the sink reads", () -> sink.status().partitions().size() == 4
                    && sink.status().partitions().values().stream().allMatch(each -> each.lag().isPresent()));
        }
        fixture.recreateTopic(fixture.topics.accepted());
        fixture.sendEventsToRecreatedTopic(AFTER);

        try (SinkRunner _ = fixture.sink()) {
            Await.until(SinkFixture.SOON, "the events are stored",
                    () -> fixture.query("SELECT count() FROM $db.match_events").equals(Integer.toString(AFTER)));
        }
    }

    /// A broker lost the end of the log: it was not on its disk yet, or an unclean election chose a replica without it.
    /// The topic keeps its id, and new records get the offsets of the lost ones.
    @Test
    void truncated_thenGrownBeyondTheStoredOffsets_staysHeld() throws Exception {
        store(BEFORE);
        fixture.query("INSERT INTO $db.match_events (match_id, kafka_partition, kafka_offset) SELECT 'lost', 0, "
                + "max(kafka_offset) + 5 FROM $db.match_events");
        try (SinkRunner sink = fixture.sink()) {
            awaitHeldForLostRecords(sink, BEFORE + 1);
            awaitTruncationRecorded();
        }
        fixture.sendEvents(AFTER);

        try (SinkRunner sink = fixture.sink()) {
            awaitHeldForLostRecords(sink, BEFORE + 1);
        }
    }

    private void awaitHeldForLostRecords(SinkRunner sink, int stored) {
        Await.until(SinkFixture.SOON, "held",
                () -> sink.status().requiredAction().orElse("").contains("the topic has lost records"));
        assertEquals(Integer.toString(stored), fixture.query("SELECT count() FROM $db.match_events"));
    }

    private void awaitTruncationRecorded() {
        Await.until(SinkFixture.SOON, "it is recorded", () -> fixture
                .query("SELECT count() FROM $db.sink_topics WHERE topic_id = 'truncated:0'").equals("1"));
    }

    /// Only the consumer can notice it, by the leader's epoch: the log has grown beyond the stored offsets again.
    @Test
    void truncated_whileTheSinkReads_staysHeld() {
        AtomicBoolean cut = new AtomicBoolean();
        try (SinkRunner sink = fixture.sink(1 << 20, writer -> writer,
                kafka -> new CutLog(kafka, fixture.topics.accepted(), cut))) {
            fixture.sendEvents(BEFORE);
            fixture.awaitExact();
            cut.set(true);
            awaitHeldForLostRecords(sink, BEFORE);
            awaitTruncationRecorded();
        }
        fixture.sendEvents(AFTER);

        try (SinkRunner sink = fixture.sink()) {
            awaitHeldForLostRecords(sink, BEFORE);
        }
    }

    /// Reports once that the log of partition 0 was cut, as a consumer does after an unclean election.
    private static final class CutLog extends FaultyConsumer {
        private final TopicPartition partition;
        private final AtomicBoolean cut;

        private CutLog(Settings.Kafka kafka, String topic, AtomicBoolean cut) {
            super(kafka);
            this.partition = new TopicPartition(topic, 0);
            this.cut = cut;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (cut.getAndSet(false)) {
                throw new LogTruncationException("cut", Map.of(partition, position(partition)), Map.of());
            }
            return super.poll(timeout);
        }
    }

    /// A second deployment with another prefix uses the same database by mistake. Its topic is longer than the stored
    /// offsets, so it could be taken for the topic of the rows.
    @Test
    void databaseOfAnotherDeployment_longerTopic_isHeld() throws Exception {
        store(BEFORE);
        fixture.query("TRUNCATE TABLE $db.sink_topics");
        fixture.query("INSERT INTO $db.sink_topics (kafka_topic, topic_id) "
                + "VALUES ('other-match-events-accepted', 'a')");
        fixture.sendEvents(AFTER);

        try (SinkRunner sink = fixture.sink()) {
            Await.until(SinkFixture.SOON, "held",
                    () -> sink.status().requiredAction().orElse("").contains("rows of another deployment"));
            assertEquals(Integer.toString(BEFORE), fixture.query("SELECT count() FROM $db.match_events"));
        }
    }

    /// An earlier release stored the rows and recorded no id.
    @Test
    void databaseOfAnEarlierRelease_sameTopic_isContinued() throws Exception {
        store(BEFORE);
        fixture.query("TRUNCATE TABLE $db.sink_topics");

        store(AFTER);

        fixture.assertExact();
        assertEquals("1", fixture.query("SELECT uniqExact(topic_id) FROM $db.sink_topics"));
    }

    @Test
    void databaseOfAnEarlierRelease_shorterTopic_isHeldAlsoOnceTheTopicHasGrown() throws Exception {
        store(BEFORE);
        fixture.query("TRUNCATE TABLE $db.sink_topics");
        fixture.recreateTopic(fixture.topics.accepted());
        fixture.sendEventsToRecreatedTopic(BEFORE / 2);
        try (SinkRunner sink = fixture.sink()) {
            awaitHeld(sink);
        }
        fixture.sendEventsToRecreatedTopic(AFTER);

        try (SinkRunner sink = fixture.sink()) {
            awaitHeld(sink);
            assertTrue(sink.status().requiredAction().orElse("").contains("with the id unknown"),
                    () -> sink.status().toString());
        }
    }
}
