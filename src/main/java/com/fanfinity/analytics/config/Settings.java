package com.fanfinity.analytics.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All settings, checked. {@link SettingsLoader} creates them; `.env.example` describes each of them.
///
/// `toString` does not contain secrets.
///
/// @param roles the roles of this instance, at least one
/// @param adminKey the old key for the admin routes; replaced by a key with the scope `admin`
/// @param security the gate: keys, addresses and rates
public record Settings(Set<Role> roles, Http http, Ops ops, Edge edge, Internal internal, Kafka kafka, Ingest ingest,
        Streams streams,
        Live live, Sink sink,
        ClickHouse clickHouse, Ledger ledger, Duration shutdownTimeout, Secret adminKey, Security security) {

    public Settings {
        roles = Set.copyOf(roles);
    }

    /// @param host the address to listen on
    /// @param port 0 takes any free port
    /// @param maxConnections the maximum number of open connections; further ones wait to be accepted
    /// @param maxConnectionsPerAddress of them, for one address; further ones are closed at once
    /// @param idleTimeout how long a connection without a request stays open at least
    /// @param maxAnswerBytes the most bytes of all answers that clients have not taken yet
    public record Http(String host, int port, int maxConnections, int maxConnectionsPerAddress, Duration idleTimeout,
            long maxAnswerBytes) {

        /// One address may have all connections. The bytes of answers have their default.
        public Http(String host, int port, int maxConnections, Duration idleTimeout) {
            this(host, port, maxConnections, maxConnections, idleTimeout, 64L << 20);
        }
    }

    /// The listener for operators: metrics, health, topology, streams and ledger. Not for clients.
    ///
    /// @param host the address to listen on
    /// @param port 0 takes any free port
    public record Ops(String host, int port) {}

    /// Encryption of the listener for clients, and the browsers that may use it.
    ///
    /// @param tls if empty, the listener is plain HTTP
    /// @param corsOrigins the origins whose pages may read answers of the API
    /// @param allowedHosts the names by which clients may call the service, besides loopback names, addresses and
    ///     `INTERNAL_ADVERTISED_HOST`
    public record Edge(Optional<Tls> tls, Set<String> corsOrigins, Set<String> allowedHosts) {
        public Edge {
            corsOrigins = Set.copyOf(corsOrigins);
            allowedHosts = Set.copyOf(allowedHosts);
        }
    }

    /// @param certificateFile a PEM file: the certificate, then intermediate ones
    /// @param keyFile a PEM file: the private key
    public record Tls(Path certificateFile, Path keyFile) {}

    /// The server for requests from other instances. Not for clients.
    ///
    /// @param host the address to listen on
    /// @param advertisedHost the name or address at which the other instances reach this one
    /// @param secret shared by all instances; without it each instance serves only its own partitions
    /// @param secondSecret also accepted, but not used for requests; may be empty
    /// @param peers the hosts that may be asked, with all names below them; if empty, every host
    public record Internal(String host, int port, String advertisedHost, Secret secret, Secret secondSecret,
            List<String> peers) {
        public Internal {
            peers = List.copyOf(peers);
        }
    }

    /// @param partitions the number of partitions of the topics that the service creates
    /// @param replicationFactor the replication factor of the topics that the service creates; -1 is the broker's
    ///     default
    /// @param topicPrefix prefix of each topic, group and application id
    /// @param eventsTopic the topic that events are written to and counted from; deployments with different prefixes
    ///     may share it. If empty, the topic has the prefix
    /// @param clientConfig further client properties, such as those for TLS and SASL; may hold secrets
    public record Kafka(String bootstrapServers, int partitions, short replicationFactor, String topicPrefix,
            String eventsTopic,
            Map<String, String> clientConfig) {
        public Kafka {
            clientConfig = Map.copyOf(clientConfig);
        }

        @Override
        public String toString() {
            return ("Kafka[bootstrapServers=%s, partitions=%d, replicationFactor=%d, topicPrefix=%s, eventsTopic=%s, "
                    + "clientConfig=%s]")
                    .formatted(
                            bootstrapServers,
                            partitions, replicationFactor, topicPrefix, eventsTopic, clientConfig.keySet());
        }
    }

    /// @param maxAhead how far in the future an event may lie; only for events that this instance takes in
    /// @param fansMaxAhead the same for events of fans, if it is the smaller one
    /// @param timeout how long a request waits for Kafka's acknowledgement
    /// @param maxInFlightBytes the maximum size of all request bodies that wait for Kafka
    /// @param linger how long the producer waits for more records before it sends a batch
    /// @param latencyTarget the duration of most requests; if more requests take longer, the concurrency limit falls
    public record Ingest(Duration maxAhead, Duration fansMaxAhead, Duration timeout, long maxInFlightBytes,
            Duration linger, Duration latencyTarget) {}

    /// @param stateDir where RocksDB keeps the stores
    /// @param standbys the number of standby replicas of each partition's state, each on another instance
    /// @param commitInterval the longest time between two commits; a publication is committed at once
    /// @param publishInterval the time between two publications of one match's state
    /// @param dedupeWindow the shortest time for which a repeated event is recognised as a duplicate
    /// @param archiveAfter how long a match must be without events before only ClickHouse keeps it
    /// @param cacheBytes the size of the record caches of all threads
    /// @param rocksDbBytes the size of block cache and write buffers of all stores
    public record Streams(Path stateDir, int threads, int standbys, Duration commitInterval, Duration publishInterval,
            Duration dedupeWindow, Duration archiveAfter, long cacheBytes, long rocksDbBytes) {}

    /// @param maxViewers the maximum number of open streams; at most nine tenths of `maxConnections`, so that other
    ///     requests get a connection
    /// @param maxViewersPerAddress of them, for one address
    public record Live(int maxViewers, int maxViewersPerAddress) {}

    /// @param batchRows the maximum number of rows in one insert
    /// @param batchBytes the maximum size of the records for one insert
    /// @param flushInterval the longest time for which a record waits for its batch to fill
    public record Sink(int batchRows, long batchBytes, Duration flushInterval) {}

    /// @param interval the time between two comparisons with ClickHouse
    public record Ledger(Duration interval) {}

    /// @param url the address of the HTTP interface
    /// @param timeout the time limit of one insert or query
    /// @param caFile a PEM file with the authorities for https; if empty, those of the JVM
    /// @param reader the user for reads; if empty, the one that writes
    public record ClickHouse(URI url, String database, String user, Secret password, Duration timeout,
            Optional<Path> caFile, Optional<Reader> reader) {

        /// A user that may only read.
        public record Reader(String user, Secret password) {}

        /// One user, and the authorities of the JVM.
        public ClickHouse(URI url, String database, String user, Secret password, Duration timeout) {
            this(url, database, user, password, timeout, Optional.empty(), Optional.empty());
        }

        /// A copy with another time limit for one query.
        public ClickHouse within(Duration limit) {
            return timeout.compareTo(limit) <= 0
                    ? this
                    : new ClickHouse(url, database, user, password, limit, caFile, reader);
        }

        /// A copy for queries that only read.
        public ClickHouse forReads() {
            return reader.map(other -> new ClickHouse(url, database, other.user(), other.password(), timeout, caFile,
                    reader)).orElse(this);
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
