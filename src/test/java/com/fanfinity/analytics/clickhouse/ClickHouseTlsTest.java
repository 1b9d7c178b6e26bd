package com.fanfinity.analytics.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.SelfSigned;

/// A server that answers no query: the test looks only at the requests that reach it.
class ClickHouseTlsTest {

    private static final String EC = "-keyalg EC -groupname secp256r1";

    @TempDir
    private Path directory = Path.of("");

    private final Set<String> users = new ConcurrentSkipListSet<>();
    private @Nullable HttpsServer server;

    private SelfSigned certificate(String name, String names) throws Exception {
        return SelfSigned.create(Files.createDirectory(directory.resolve(name)), EC, names);
    }

    private int serve(SelfSigned own) throws Exception {
        HttpsServer started = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server = started;
        started.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(own)));
        started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        started.createContext("/", this::refuse);
        started.start();
        return started.getAddress().getPort();
    }

    private void refuse(HttpExchange exchange) throws IOException {
        users.add(exchange.getRequestHeaders().getFirst("X-ClickHouse-User") + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.sendResponseHeaders(500, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void query(Settings.ClickHouse settings) throws SQLException {
        try (ClickHouse clickHouse = new ClickHouse(settings, "test")) {
            assertThrows(SQLException.class, () -> clickHouse.execute("SELECT 1"));
        }
    }

    private Settings.ClickHouse settings(int port, Optional<Path> authorities) {
        return new Settings.ClickHouse(URI.create("https://localhost:" + port), "d",
                "writer", new Settings.Secret("w"), Duration.ofSeconds(20), authorities,
                Optional.of(new Settings.ClickHouse.Reader("reader", new Settings.Secret("r"))));
    }

    @Test
    void query_trustedServer_reachesItWithTheUserOfTheClient() throws Exception {
        SelfSigned own = certificate("own", "dns:localhost,ip:127.0.0.1");
        int port = serve(own);

        query(settings(port, Optional.of(own.certificate())));
        Set<String> ofWriter = Set.copyOf(users);
        users.clear();
        query(settings(port, Optional.of(own.certificate())).forReads());

        assertFalse(ofWriter.isEmpty());
        assertFalse(users.isEmpty());
        assertTrue(Collections.disjoint(ofWriter, users), () -> ofWriter + " and " + users);
    }

    @Test
    void query_serverThatIsNotTrustedOrHasAnotherName_isNotSent() throws Exception {
        SelfSigned own = certificate("own", "dns:clickhouse.example");
        SelfSigned other = certificate("other", "dns:localhost,ip:127.0.0.1");
        int port = serve(own);

        for (Optional<Path> authorities : List.of(Optional.<Path>empty(), Optional.of(other.certificate()),
                Optional.of(own.certificate()))) {
            query(settings(port, authorities));
        }

        assertEquals(Set.of(), users);
    }
}
