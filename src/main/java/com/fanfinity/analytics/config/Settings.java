package com.fanfinity.analytics.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/// Everything that can be set, checked. Made by {@link SettingsLoader}; `.env.example` says what each is for.
///
/// Secrets do not show in `toString`.
///
/// @param roles what this instance does, at least one
/// @param adminKey opens the admin routes; without one they are off
public record Settings(Set<Role> roles, Http http, Internal internal, Kafka kafka, Ingest ingest, Streams streams, Live live, Sink sink,
        ClickHouse clickHouse, Ledger ledger, Duration shutdownTimeout, Secret adminKey) {

    public Settings {
        roles = Set.copyOf(roles);
    }

    /// @param host the address to listen on
    /// @param port 0 takes any free port
    /// @param maxConnections open at once; more wait to be accepted
    public record Http(String host, int port, int maxConnections) {}

    /// Where this instance answers the other ones, and they it. Not for clients.
    ///
    /// @param host the address to listen on
    /// @param advertisedHost under which the others reach it
    /// @param secret what all instances know; without one each answers only for what it holds itself
    public record Internal(String host, int port, String advertisedHost, Secret secret) {}

    /// @param partitions of the topics that the service creates
    /// @param replicationFactor of the topics that the service creates; -1 is the broker's default
    /// @param topicPrefix put before each topic, group and application id
    /// @param eventsTopic what events are written to and counted from: the one topic that deployments of different prefixes may share;
    ///     empty: the prefix's own
    /// @param clientConfig further client properties, such as those for TLS and SASL; may hold secrets
    public record Kafka(String bootstrapServers, int partitions, short replicationFactor, String topicPrefix, String eventsTopic,
            Map<String, String> clientConfig) {
        public Kafka {
            clientConfig = Map.copyOf(clientConfig);
        }

        @Override
        public String toString() {
            return "Kafka[bootstrapServers=%s, partitions=%d, replicationFactor=%d, topicPrefix=%s, eventsTopic=%s, clientConfig=%s]"
                    .formatted(
                            bootstrapServers,
                            partitions, replicationFactor, topicPrefix, eventsTopic, clientConfig.keySet());
        }
    }

    /// @param maxAhead how far in the future an event may lie
    /// @param timeout how long a request waits for Kafka's acknowledgement
    /// @param maxInFlightBytes of request bodies that wait for Kafka, over all requests
    /// @param linger how long the producer waits for company before it sends
    /// @param latencyTarget what most requests should take; when more take longer, fewer are taken in at once
    public record Ingest(Duration maxAhead, Duration timeout, long maxInFlightBytes, Duration linger, Duration latencyTarget) {}

    /// @param stateDir where RocksDB keeps the stores
    /// @param standbys copies of each partition's state beside the active one, each on another instance
    /// @param commitInterval between transactions at most; what is published is committed at once
    /// @param publishInterval between two publications of one match's state
    /// @param dedupeWindow for how long at least a repeated event is known as such
    /// @param archiveAfter for how long nothing must have come for a match before ClickHouse alone keeps it
    /// @param cacheBytes of record caches before the stores, over all threads
    /// @param rocksDbBytes of block cache and write buffers, over all stores
    public record Streams(Path stateDir, int threads, int standbys, Duration commitInterval, Duration publishInterval,
            Duration dedupeWindow, Duration archiveAfter, long cacheBytes, long rocksDbBytes) {}

    /// @param maxViewers streams that may be open at once; fewer than connections, so that others get in
    public record Live(int maxViewers) {}

    /// @param batchRows the most rows in one insert
    /// @param batchBytes the most bytes of records gathered for one insert
    /// @param flushInterval how long a record waits at most for its batch to fill
    public record Sink(int batchRows, long batchBytes, Duration flushInterval) {}

    /// @param interval between two comparisons with ClickHouse
    public record Ledger(Duration interval) {}

    /// @param url of the HTTP interface
    /// @param timeout of one insert or query
    public record ClickHouse(URI url, String database, String user, Secret password, Duration timeout) {

        /// The same, with a bound on how long one question may take.
        public ClickHouse within(Duration limit) {
            return timeout.compareTo(limit) <= 0 ? this : new ClickHouse(url, database, user, password, limit);
        }
    }

    /// A value that is never printed.
    public record Secret(String value) {

        public boolean isEmpty() {
            return value.isEmpty();
        }

        @Override
        public String toString() {
            return value.isEmpty() ? "(none)" : "(secret)";
        }
    }
}
