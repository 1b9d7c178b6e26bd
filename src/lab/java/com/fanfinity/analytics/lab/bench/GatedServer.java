package com.fanfinity.analytics.lab.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.eclipse.jetty.server.Request;

import com.fanfinity.analytics.config.Security;
import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Security.Rate;
import com.fanfinity.analytics.config.Security.Rates;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.Gate;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.Route;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.lab.bench.GateBench.SameRequest;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.security.SecurityService;

/// The HTTP server with the gate of the service, and routes that do nothing.
final class GatedServer implements AutoCloseable {

    /// Limits that no measurement reaches; each request is charged as by lower ones.
    private static final Rate FREE = new Rate(1e9, 1L << 40);

    private static final Routes ROUTES = config -> {
        config.post("/api/events", ctx -> ctx.status(202).result("{}"), Access.INGEST);
        config.get("/api/matches/{matchId}/metrics", ctx -> ctx.result("{}"), Access.READ);
    };

    private final HttpServer server;
    private final Optional<SecurityService> security;

    private GatedServer(HttpServer server, Optional<SecurityService> security) {
        this.server = server;
        this.security = security;
        server.start();
    }

    /// A measurement on the first request of a server. It has a platform thread, because the JVM does not count the CPU
    /// of virtual ones.
    static final class Loop {
        private final Function<SameRequest, List<Double>> measurement;
        private volatile List<Double> sorted = List.of();

        Loop(Function<SameRequest, List<Double>> measurement) {
            this.measurement = measurement;
        }

        private void run(SameRequest request) {
            try {
                Thread.ofPlatform().name("measurement").start(() -> sorted = measurement.apply(request)).join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        double median() {
            if (sorted.isEmpty()) {
                throw new IllegalStateException("the measurement failed");
            }
            return sorted.get(sorted.size() / 2);
        }
    }

    /// A gate that measures another one.
    private record MeasuredGate(Gate gate, Loop loop) implements Gate {
        @Override
        public Verdict admit(Request request, Optional<Route> route) {
            loop.run(new SameRequest(gate, request, route));
            return gate.admit(request, route);
        }
    }

    static GatedServer withoutGate() {
        return new GatedServer(new HttpServer(settings(), List.of(ROUTES), ids(), (_, _, _, _, _) -> {},
                Duration.ofSeconds(1)), Optional.empty());
    }

    static GatedServer gated(BenchKey key, boolean auth) throws IOException {
        SecurityService security = security(key, auth);
        return new GatedServer(server(security.gate()), Optional.of(security));
    }

    static GatedServer looped(BenchKey key, boolean auth, Loop loop) throws IOException {
        SecurityService security = security(key, auth);
        return new GatedServer(server(new MeasuredGate(security.gate(), loop)), Optional.of(security));
    }

    private static SecurityService security(BenchKey key, boolean auth) throws IOException {
        Security settings = new Security(auth, false, Optional.of(key.file()), Optional.empty(), List.of(),
                AddressSource.X_FORWARDED_FOR, new Rates(true, FREE, FREE, FREE, FREE));
        return new SecurityService(settings, new Secret(""), Clock.systemUTC(), System::nanoTime,
                new Meters(new SimpleMeterRegistry()).security());
    }

    private static HttpServer server(Gate gate) {
        return new HttpServer(settings(), List.of(ROUTES), List.of(), gate, ids(), (_, _, _, _, _) -> {},
                Duration.ofSeconds(1));
    }

    private static Settings.Http settings() {
        return new Settings.Http("127.0.0.1", 0, 100, Duration.ofSeconds(75));
    }

    private static EventIds ids() {
        return new EventIds(Clock.systemUTC(), () -> 1);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    @Override
    public void close() {
        server.close();
        security.ifPresent(SecurityService::close);
    }
}
