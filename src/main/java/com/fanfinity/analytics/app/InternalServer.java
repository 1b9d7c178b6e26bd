package com.fanfinity.analytics.app;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.RouteTable;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerAuthenticator;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.peers.PeerGate;
import com.fanfinity.analytics.peers.PeerHosts;

/// The connection to the other instances: the directory of partition owners, a client for their reads, and a server for
/// reads from them.
///
/// Instances use a separate port that is not for clients, and sign requests and answers with a shared secret. Without
/// a secret an instance serves only its own partitions.
final class InternalServer implements AutoCloseable {

    /// Another instance sends at most 256 requests at a time.
    private static final int MAX_CONNECTIONS = 8_192;

    /// Longer than a {@link PeerClient} keeps an idle connection (the JDK's default is 30 s), so that no client sends a
    /// request into a connection that this server is closing.
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Settings.Internal settings;
    private final Clock clock;
    private final Meters meters;
    private final Admin admin;
    private final PartitionDirectory directory;
    private final PeerClient client;
    private Optional<HttpServer> server = Optional.empty();

    InternalServer(Settings settings, Clock clock, Meters meters) {
        this.settings = settings.internal();
        this.clock = clock;
        this.meters = meters;
        admin = KafkaClients.admin(settings.kafka(), LIMIT);
        directory = new PartitionDirectory(admin, KafkaClients.streamsGroup(settings.kafka()));
        client = new PeerClient(this.settings.secret(), new PeerHosts(this.settings.peers()), clock,
                new SecureRandom()::nextBytes, meters.instance());
    }

    PartitionDirectory directory() {
        return directory;
    }

    PeerClient client() {
        return client;
    }

    /// Shared with other parts of the service.
    Admin admin() {
        return admin;
    }

    /// This instance, as the others address it.
    Peer self() {
        return new Peer(settings.advertisedHost(), settings.port());
    }

    /// Sets the routes of the internal port. Must be called once, before {@link #start}.
    void serve(List<Routes> routes, EventIds ids, Duration drain) {
        if (settings.secret().isEmpty()) {
            return;
        }
        List<Settings.Secret> secrets = Stream.of(settings.secret(), settings.secondSecret())
                .filter(secret -> !secret.isEmpty()).toList();
        List<Routes> guarded = new ArrayList<>();
        guarded.add(new PeerGate(new PeerAuthenticator(secrets, self(), clock), meters.instance()));
        guarded.addAll(routes);
        server = Optional
                .of(new HttpServer(
                        new Settings.Http(settings.host(), settings.port(), MAX_CONNECTIONS, IDLE_TIMEOUT), guarded,
                        List.of(), Gate.onlyFor(Access.PEER), ids,
                        (method, endpoint, status, took, problem) -> meters.http().request(method,
                                "internal " + endpoint, status, took, problem),
                        drain));
    }

    /// All routes of the internal port; empty without a secret.
    Optional<RouteTable> routes() {
        return server.map(HttpServer::routeTable);
    }

    /// Binds the internal port.
    void start() {
        server.ifPresent(HttpServer::start);
        directory.start();
    }

    @Override
    public void close() {
        server.ifPresent(HttpServer::close);
        directory.close();
        client.close();
        admin.close(Duration.ofSeconds(1));
    }
}
