package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.SqlText;
import com.fanfinity.analytics.kafka.TopicMetadata;

/// Remembers, in the table `sink_topics`, from which topics the rows of the database come. Their offsets are offsets of
/// these topics only: a topic that was deleted and created again begins at 0 again. Safe to use from any thread.
final class TopicRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(TopicRegistry.class);

    /// Recorded instead of an id if the stored rows cannot come from the topic that Kafka has.
    private static final String UNKNOWN = "unknown";

    private final ClickHouse clickHouse;
    private final StoredOffsets storedOffsets;
    private final Set<String> topics;
    private final TopicMetadata kafka;
    private final InsertPermits permits;
    private final ReentrantLock recording = new ReentrantLock();
    /// Topics with the id that is certainly recorded.
    private final Map<String, String> recorded = new ConcurrentHashMap<>();

    /// @param topics of this deployment
    TopicRegistry(ClickHouse clickHouse, StoredOffsets storedOffsets, List<String> topics, TopicMetadata kafka,
            InsertPermits permits) {
        this.topics = Set.copyOf(topics);
        this.clickHouse = clickHouse;
        this.storedOffsets = storedOffsets;
        this.kafka = kafka;
        this.permits = permits;
    }

    /// The identity of a topic of which a partition is about to start.
    ///
    /// A database of an earlier release has rows without the id of their topic. Then this records the id of Kafka's
    /// topic if every stored offset lies within it.
    TopicIdentity identify(String topic) throws SQLException, InterruptedException {
        String id = kafka.idOf(topic, System.nanoTime());
        if (isUnrecorded(read(topic, id))) {
            recordIfStored(topic, id);
        }
        TopicIdentity identity = read(topic, id);
        remember(topic, identity);
        return identity;
    }

    /// One partition asks for the stored offsets of all, because the others of the topic start at the same time.
    private void recordIfStored(String topic, String id) throws SQLException, InterruptedException {
        recording.lockInterruptibly();
        try {
            Map<Integer, Long> stored = isUnrecorded(read(topic, id)) ? highest(topic) : Map.of();
            if (!stored.isEmpty()) {
                record(topic, isWithin(stored, kafka.endsOf(topic)) ? id : UNKNOWN);
            }
        } finally {
            recording.unlock();
        }
    }

    /// Confirms that records came from the topic with the given id, and that the database knows this id.
    ///
    /// @param readNanos when the last of the records had been read, by {@link System#nanoTime}
    boolean confirm(String topic, String id, long readNanos) throws SQLException, InterruptedException {
        if (!kafka.idOf(topic, readNanos).equals(id)) {
            return false;
        }
        if (id.equals(recorded.get(topic))) {
            return true;
        }
        if (isUnrecorded(read(topic, id))) {
            record(topic, id);
        }
        // Another sink may have recorded another id or topic meanwhile.
        TopicIdentity identity = read(topic, id);
        remember(topic, identity);
        return identity.isThatOfTheRows();
    }

    /// Remembers that the partition has lost records whose rows are stored.
    void recordTruncation(TopicPartition partition) throws SQLException, InterruptedException {
        record(partition.topic(), TopicIdentity.truncated(partition.partition()));
    }

    private static boolean isUnrecorded(TopicIdentity identity) {
        return identity.ids().isEmpty() && identity.foreign().isEmpty();
    }

    private void remember(String topic, TopicIdentity identity) {
        if (identity.isThatOfTheRows() && !identity.ids().isEmpty()) {
            recorded.put(topic, identity.id());
        } else {
            recorded.remove(topic);
        }
    }

    private static boolean isWithin(Map<Integer, Long> stored, Map<Integer, Long> ends) {
        return stored.entrySet().stream()
                .allMatch(partition -> partition.getValue() < ends.getOrDefault(partition.getKey(), 0L));
    }

    private Map<Integer, Long> highest(String topic) throws SQLException, InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            return storedOffsets.highestOf(topic);
        }
    }

    private TopicIdentity read(String topic, String id) throws SQLException, InterruptedException {
        List<Map.Entry<String, String>> rows;
        try (InsertPermits.Permit _ = permits.acquire()) {
            rows = clickHouse.query(
                    "SELECT DISTINCT kafka_topic, topic_id FROM " + clickHouse.database() + ".sink_topics",
                    row -> Map.entry(row.getString(1), row.getString(2)));
        }
        return new TopicIdentity(id,
                rows.stream().filter(row -> row.getKey().equals(topic)).map(Map.Entry::getValue)
                        .collect(Collectors.toSet()),
                rows.stream().map(Map.Entry::getKey).filter(name -> !topics.contains(name))
                        .collect(Collectors.toSet()));
    }

    private void record(String topic, String id) throws SQLException, InterruptedException {
        try (InsertPermits.Permit _ = permits.acquire()) {
            clickHouse.execute(
                    "INSERT INTO %s.sink_topics (kafka_topic, topic_id) SETTINGS async_insert = 0 VALUES (%s, %s)"
                            .formatted(clickHouse.database(), SqlText.quoted(topic), SqlText.quoted(id)));
        }
        LOG.atInfo().addKeyValue("topic", topic).addKeyValue("id", id).log("the id of the topic is recorded");
    }
}
