package com.fanfinity.analytics.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.apache.kafka.clients.admin.Admin;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.KeyCheck;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.kafka.KafkaAdmin;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.peers.PartitionDirectory;
import com.fanfinity.analytics.peers.Peer;
import com.fanfinity.analytics.peers.PeerClient;
import com.fanfinity.analytics.streams.StreamsRunner;

/// What makes this instance one of several: who holds what, asking them, and being asked by them.
///
/// Instances talk over a port of their own, which is not for clients, and only if they know the same secret. Without a secret this one
/// answers only for what it holds itself.
final class InternalServer implements AutoCloseable {

    /// Each other instance asks at most 256 things at once.
    private static final int MOST_CONNECTIONS = 8_192;

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Settings.Internal settings;
    private final Meters meters;
    private final Admin admin;
    private final PartitionDirectory directory;
    private final PeerClient client;
    private Optional<HttpServer> server = Optional.empty();

    InternalServer(Settings settings, Meters meters) {
        this.settings = settings.internal();
        this.meters = meters;
        admin = KafkaAdmin.create(settings.kafka(), LIMIT);
        directory = new PartitionDirectory(admin, StreamsRunner.applicationId(settings.kafka()));
        client = new PeerClient(this.settings.secret(), meters);
    }

    PartitionDirectory directory() {
        return directory;
    }

    PeerClient client() {
        return client;
    }

    /// Asks Kafka; for others too.
    Admin admin() {
        return admin;
    }

    /// This instance, as the others know it.
    Peer self() {
        return new Peer(settings.advertisedHost(), settings.port());
    }

    /// What the others may ask. To be called once, before {@link #start}.
    void answer(List<Routes> routes, EventIds ids, Duration drain) {
        if (settings.secret().isEmpty()) {
            return;
        }
        KeyCheck key = new KeyCheck(settings.secret());
        List<Routes> guarded = new ArrayList<>();
        guarded.add(config -> config.before(ctx -> {
            if (!key.matches(ctx)) {
                throw new ProblemException(Problem.of(401, "unauthorized", "Secret needed", "This port is for instances of the service."));
            }
        }));
        guarded.addAll(routes);
        server = Optional.of(new HttpServer(new Settings.Http(settings.host(), settings.port(), MOST_CONNECTIONS), guarded, ids,
                (method, endpoint, status, took, problem) -> meters.http().request(method, "internal " + endpoint, status, took, problem),
                drain));
    }

    /// Binds the internal port.
    void start() {
        server.ifPresent(HttpServer::start);
        directory.start();
    }

    /// From now on nobody is answered.
    @Override
    public void close() {
        server.ifPresent(HttpServer::close);
        directory.close();
        client.close();
        admin.close(Duration.ofSeconds(1));
    }
}
