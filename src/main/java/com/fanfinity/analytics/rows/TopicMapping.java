package com.fanfinity.analytics.rows;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.DeadLetterMeters;

/// Maps the records of each topic to rows of its table. No record stops the sink: a record without a row in its table
/// gets one in `dead_letters`.
public final class TopicMapping {
    private static final Logger LOG = LoggerFactory.getLogger(TopicMapping.class);

    private record TopicTarget(Table table, RowMapper rows) {}

    private final Map<String, TopicTarget> targets;
    private final DeadLetterMeters meters;

    public TopicMapping(Topics topics, DeadLetterMeters meters) {
        this.meters = meters;
        targets = Map.of(topics.accepted(), new TopicTarget(Table.EVENTS, new EventRows()), //
                topics.minutes(), new TopicTarget(Table.MINUTES, new MinuteRows()), //
                topics.stats(), new TopicTarget(Table.STATS, new StatsRows()), //
                topics.dead(), new TopicTarget(Table.DEAD, new DeadLetterRows()));
    }

    public List<String> topics() {
        return targets.keySet().stream().sorted().toList();
    }

    /// @throws IllegalArgumentException if it is not one of {@link #topics()}
    public Table tableOf(String topic) {
        return target(topic).table();
    }

    /// The record's row; empty if the record has nothing to store.
    public Optional<Row> row(ConsumerRecord<byte[], byte[]> record) {
        return switch (map(record)) {
            case MappingResult.Mapped(Row row) -> Optional.of(row);
            case MappingResult.Skipped _ -> Optional.empty();
            case MappingResult.Unstorable(String detail) -> {
                LOG.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("matchId", EventRules.matchIdOf(record.key()))
                        .addKeyValue("detail", detail)
                        .log("record has no row in its table and is kept in dead_letters as unstorable");
                meters.deadLetter(DeadReason.UNSTORABLE);
                yield Optional.of(DeadLetterRows.unstorable(record, detail));
            }
        };
    }

    /// If a mapper throws, only its record is affected, not the sink.
    private MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        try {
            return target(record.topic()).rows().map(record);
        } catch (RuntimeException e) {
            // Any client can read the detail in a receipt, so only the log names the exception.
            LOG.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset()).addKeyValue("cause", e.getClass().getName())
                    .log("record could not be mapped to a row");
            return new MappingResult.Unstorable("could not be read");
        }
    }

    private TopicTarget target(String topic) {
        TopicTarget target = targets.get(topic);
        if (target == null) {
            throw new IllegalArgumentException("no table for the topic " + topic);
        }
        return target;
    }
}
