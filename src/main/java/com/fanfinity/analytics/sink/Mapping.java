package com.fanfinity.analytics.sink;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.DeadReason;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;

/// Which topic goes to which table. No record stops the sink: what has no row in its table has one among the dead letters.
final class Mapping {
    private static final Logger LOG = LoggerFactory.getLogger(Mapping.class);

    private record Target(Table table, RowMapper rows) {}

    private final Map<String, Target> targets;
    private final Meters meters;

    Mapping(Topics topics, Meters meters) {
        this.meters = meters;
        targets = Map.of(topics.accepted(), new Target(Table.EVENTS, new EventRows()), topics.minutes(),
                new Target(Table.MINUTES, new MinuteRows()), topics.stats(), new Target(Table.STATS, new StatsRows()), topics.dead(),
                new Target(Table.DEAD, new DeadLetterRows()));
    }

    List<String> topics() {
        return targets.keySet().stream().sorted().toList();
    }

    /// @throws IllegalArgumentException if it is not one of {@link #topics()}
    Table tableOf(String topic) {
        return target(topic).table();
    }

    /// The record's row; empty if there is nothing to store.
    Optional<Row> row(ConsumerRecord<byte[], byte[]> record) {
        return switch (map(record)) {
            case MappingResult.Stored(Row row) -> Optional.of(row);
            case MappingResult.Nothing _ -> Optional.empty();
            case MappingResult.Unstorable(String detail) -> {
                LOG.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                        .addKeyValue("offset", record.offset()).addKeyValue("matchId", EventRules.matchIdOf(record.key()))
                        .addKeyValue("detail", detail)
                        .log("a record has no row in its table and is kept in dead_letters as unstorable");
                meters.deadLetters().deadLetter(DeadReason.UNSTORABLE);
                yield Optional.of(DeadLetterRows.parked(record, detail));
            }
        };
    }

    /// A fault of a mapper is the record's trouble, not the sink's.
    private MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        try {
            return target(record.topic()).rows().map(record);
        } catch (RuntimeException e) {
            // Receipts repeat the detail to anybody, so what was thrown is for the log alone.
            LOG.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset()).addKeyValue("cause", e.getClass().getName()).log("a record could not be read");
            return new MappingResult.Unstorable("could not be read");
        }
    }

    private Target target(String topic) {
        Target target = targets.get(topic);
        if (target == null) {
            throw new IllegalArgumentException("no table for the topic " + topic);
        }
        return target;
    }
}
