-- The topics from which the rows come. An offset means nothing without its topic: a topic that was deleted and created
-- again begins at offset 0 again, under the same name but with another id. The sink adds a row before it stores the
-- first row of a topic. It does not start if Kafka's topic has another id.
CREATE TABLE IF NOT EXISTS ${database}.sink_topics
(
    kafka_topic   String,
    -- As Kafka's tools print it. `unknown` if an earlier release stored the rows and Kafka's topic ends before them.
    topic_id      String,
    first_seen_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, topic_id);
