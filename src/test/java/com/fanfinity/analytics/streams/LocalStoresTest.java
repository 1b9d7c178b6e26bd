package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Properties;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.pipeline.StoreNames;

class LocalStoresTest {

    @TempDir
    private Path state;

    @Test
    void stores_streamsClosed_throwInvalidStateStore() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "stopped");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        Topology topology = new Topology();
        topology.addSource("source", "topic");
        KafkaStreams streams = new KafkaStreams(topology, properties);
        streams.close();
        LocalStores stores = new LocalStores(streams, () -> 12);

        assertThrows(InvalidStateStoreException.class, () -> stores.entries(StoreNames.STATS, 0, Replica.ACTIVE));
        assertThrows(InvalidStateStoreException.class, () -> stores.seen(0, Replica.STANDBY));
    }
}
