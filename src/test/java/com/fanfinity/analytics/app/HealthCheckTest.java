package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.testing.TestServer;

class HealthCheckTest {

    private static final HealthRoutes ROUTES = new HealthRoutes(() -> Map.of("process", CheckResult.up("alive")),
            () -> Map.of("kafka", CheckResult.down("away")), () -> Map.of("clickhouse", CheckResult.degraded("away")));

    private static boolean isHealthy(TestServer server, String path) throws IOException {
        return HealthCheck.isHealthy(HealthCheck.status(new Settings.Ops("0.0.0.0", server.port()), path));
    }

    @Test
    void status_upDownDegradedAndUnknownPaths_matchesTheAnswers() throws IOException {
        try (TestServer server = new TestServer(ROUTES)) {
            assertTrue(isHealthy(server, "/health/live"));
            assertFalse(isHealthy(server, "/health/ready"));
            assertTrue(isHealthy(server, "/health/startup"), "degraded still serves");
            assertFalse(isHealthy(server, "/health/nothing"));
        }
    }

    @Test
    void status_noServerListening_throws() {
        assertThrows(IOException.class,
                () -> HealthCheck.status(new Settings.Ops("127.0.0.1", Ports.free()), "/health/ready"));
    }
}
