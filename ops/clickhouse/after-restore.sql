-- Where the sink goes on is the highest offset that it finds in a topic's table or, of that topic, among the dead letters. The tables of a backup
-- are of one moment each, the dead letters of a later one: a letter from beyond the end of its table would hide what is missing before it. The
-- sink reads such a record again.
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
        SELECT '{prefix}match-minutes', kafka_partition, max(kafka_offset) FROM {database}.match_minutes GROUP BY kafka_partition
        UNION ALL
        SELECT '{prefix}match-stats', kafka_partition, max(kafka_offset) FROM {database}.match_stats GROUP BY kafka_partition
    ) AS stored USING (kafka_topic, kafka_partition)
    WHERE letter.kafka_topic != '{prefix}match-events-dead' AND letter.kafka_offset > stored.highest
)
