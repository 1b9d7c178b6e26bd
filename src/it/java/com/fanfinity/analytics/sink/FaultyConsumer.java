package com.fanfinity.analytics.sink;

import java.util.Map;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;

/// A consumer like that of the sink, for tests that override its methods.
class FaultyConsumer extends KafkaConsumer<byte[], byte[]> {

    FaultyConsumer(Settings.Kafka kafka) {
        super(Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", KafkaClients.sinkGroup(kafka),
                "isolation.level", "read_committed", "enable.auto.commit", false, "auto.offset.reset", "none"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
