package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.stack.process.Ports;
import com.fanfinity.analytics.testing.TestServer;

class HealthCheckTest {

    private static final HealthRoutes ROUTES = new HealthRoutes(() -> Map.of("process", Check.up("alive")),
            () -> Map.of("kafka", Check.down("away")), () -> Map.of("clickhouse", Check.degraded("away")));

    private static boolean isWell(TestServer server, String path) throws IOException {
        return HealthCheck.isWell(HealthCheck.status(new Settings.Http("0.0.0.0", server.port(), 16), path));
    }

    @Test
    void status_ofWhatIsUpDownDegradedAndUnknown_isAsThePathsAnswer() throws IOException {
        try (TestServer server = new TestServer(ROUTES)) {
            assertTrue(isWell(server, "/health/live"));
            assertFalse(isWell(server, "/health/ready"));
            assertTrue(isWell(server, "/health/startup"), "degraded still serves");
            assertFalse(isWell(server, "/health/nothing"));
        }
    }

    @Test
    void status_whereNobodyListens_throws() {
        assertThrows(IOException.class, () -> HealthCheck.status(new Settings.Http("127.0.0.1", Ports.free(), 16), "/health/ready"));
    }
}
