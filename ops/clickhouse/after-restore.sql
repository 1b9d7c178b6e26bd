-- The sink continues after the highest offset of a topic in its table or, for that topic, in dead_letters. A backup
-- holds each table as of one moment, and the dead letters as of a later one. A dead letter beyond the end of its
-- table would hide the missing rows before it, so this deletes it. The sink reads its record again.
DELETE FROM {database}.dead_letters
WHERE (kafka_topic, kafka_partition, kafka_offset) IN
(
    SELECT kafka_topic, kafka_partition, kafka_offset
    FROM {database}.dead_letters AS letter
    LEFT JOIN
    (
        SELECT '{prefix}match-events-accepted' AS kafka_topic, kafka_partition, max(kafka_offset) AS highest
        FROM {database}.match_events GROUP BY kafka_partition
        UNION ALL
        SELECT '{prefix}match-minutes', kafka_partition, max(kafka_offset)
        FROM {database}.match_minutes GROUP BY kafka_partition
        UNION ALL
        SELECT '{prefix}match-stats', kafka_partition, max(kafka_offset)
        FROM {database}.match_stats GROUP BY kafka_partition
    ) AS stored USING (kafka_topic, kafka_partition)
    WHERE letter.kafka_topic != '{prefix}match-events-dead' AND letter.kafka_offset > stored.highest
)
