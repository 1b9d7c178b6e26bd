package com.fanfinity.analytics.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/// `server.properties` of a broker for one machine.
final class BrokerConfig {
    private BrokerConfig() {}

    static Properties of(Path data, int port, int controllerPort) {
        Properties config = new Properties();
        config.putAll(listeners(data, port, controllerPort));
        config.putAll(ONE_REPLICA);
        config.putAll(FAST_TAKEOVER);
        // A misspelt topic is an error, not a new topic.
        config.setProperty("auto.create.topics.enable", "false");
        // A year: with Kafka's default of 7 days, a group loses its offsets when `make dev` pauses for longer.
        config.setProperty("offsets.retention.minutes", "525600");
        return config;
    }

    private static Map<String, String> listeners(Path data, int port, int controllerPort) {
        return Map.of("process.roles", "broker,controller",
                "node.id", "1",
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort,
                "log.dirs", data.toString());
    }

    private static final Map<String, String> ONE_REPLICA = Map.of("offsets.topic.replication.factor", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1");

    /// After kill -9 a restarted broker waits until the old broker session times out (3 s halve its restart time). A
    /// restarted service waits for the session of the old group member and for the open transaction.
    private static final Map<String, String> FAST_TAKEOVER = Map.ofEntries(
            Map.entry("broker.session.timeout.ms", "3000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.min.session.timeout.ms", "1000"),
            Map.entry("group.consumer.session.timeout.ms", "6000"),
            Map.entry("group.consumer.min.heartbeat.interval.ms", "500"),
            Map.entry("group.consumer.heartbeat.interval.ms", "1500"),
            Map.entry("group.streams.min.session.timeout.ms", "1000"),
            Map.entry("group.streams.session.timeout.ms", "6000"),
            Map.entry("group.streams.min.heartbeat.interval.ms", "500"),
            Map.entry("group.streams.heartbeat.interval.ms", "1500"),
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
}
