package com.fanfinity.analytics.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// `server.properties` of a broker for one machine.
///
/// @param id of the node
/// @param secured a listener beside the plain one
/// @param overrides settings that replace those of this class
record BrokerConfig(int id, Optional<SecuredListener> secured, Map<String, String> overrides) {

    /// Of a broker that is a cluster of its own.
    static final BrokerConfig ALONE = new BrokerConfig(1, Optional.empty(), Map.of());

    /// @param controllerPort of this broker
    Properties ofController(Path data, int port, int controllerPort) {
        Properties config = common(data, port, controllerPort);
        config.setProperty("process.roles", "broker,controller");
        config.setProperty("listeners", clientListeners(port) + ",CONTROLLER://127.0.0.1:" + controllerPort);
        config.putAll(overrides);
        return config;
    }

    /// @param controllerPort of another broker
    Properties ofBroker(Path data, int port, int controllerPort) {
        Properties config = common(data, port, controllerPort);
        config.setProperty("process.roles", "broker");
        config.setProperty("listeners", clientListeners(port));
        config.putAll(overrides);
        return config;
    }

    private String clientListeners(int port) {
        return "PLAINTEXT://127.0.0.1:" + port + secured.map(listener -> ',' + listener.address()).orElse("");
    }

    private Properties common(Path data, int port, int controllerPort) {
        Properties config = new Properties();
        config.putAll(Map.of("node.id", Integer.toString(id),
                "advertised.listeners", clientListeners(port),
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort,
                "log.dirs", data.toString()));
        config.putAll(ONE_REPLICA);
        config.putAll(FAST_TAKEOVER);
        // A misspelt topic is an error, not a new topic.
        config.setProperty("auto.create.topics.enable", "false");
        // A year: with Kafka's default of 7 days, a group loses its offsets when `make dev` pauses for longer.
        config.setProperty("offsets.retention.minutes", "525600");
        secured.ifPresent(listener -> config.putAll(listener.brokerSettings()));
        return config;
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
