package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class HealthRoutesTest {
    private static final Map<String, CheckResult> UP = Map.of("process", CheckResult.up("running"));
    private static final Map<String, CheckResult> DEGRADED = Map.of("producer", CheckResult.up("connected"),
            "clickhouse", CheckResult.degraded("away"));
    private static final Map<String, CheckResult> DOWN = Map.of("topics", CheckResult.down("waiting"), "a",
            CheckResult.degraded("x"), "b", CheckResult.up("y"));

    @Test
    void get_eachRoute_returnsItsOwnChecks() {
        try (TestServer server = new TestServer(new HealthRoutes(() -> UP, () -> DEGRADED, () -> DOWN))) {
            for (String path : List.of("/health/live", "/healthz")) {
                assertAnswer(server.get(path), 200,
                        "{\"status\":\"up\",\"checks\":{\"process\":{\"status\":\"up\",\"detail\":\"running\"}}}");
            }
            for (String path : List.of("/health/ready", "/readyz")) {
                assertAnswer(server.get(path), 200,
                        "{\"status\":\"degraded\",\"checks\":{\"clickhouse\":{\"status\":\"degraded\",\"detail\":\"away\"},"
                                + "\"producer\":{\"status\":\"up\",\"detail\":\"connected\"}}}");
            }
            assertAnswer(server.get("/health/startup"), 503,
                    "{\"status\":\"down\",\"checks\":{\"a\":{\"status\":\"degraded\",\"detail\":\"x\"},"
                            + "\"b\":{\"status\":\"up\",\"detail\":\"y\"},\"topics\":{\"status\":\"down\",\"detail\":\"waiting\"}}}");
        }
    }

    @Test
    void get_checkOfADisabledRole_isOffAndCountsAsUp() {
        Map<String, CheckResult> off = Map.of("sink", CheckResult.off("role sink is off"));
        try (TestServer server = new TestServer(new HealthRoutes(() -> off, () -> off, () -> off))) {
            assertAnswer(server.get("/health/ready"), 200,
                    "{\"status\":\"up\",\"checks\":{\"sink\":{\"status\":\"off\",\"detail\":\"role sink is off\"}}}");
        }
    }

    @Test
    void get_anyCheckDown_returns503() {
        try (TestServer server = new TestServer(new HealthRoutes(() -> DOWN, () -> DOWN, () -> UP))) {
            assertEquals(503, server.get("/health/live").status());
            assertEquals(503, server.get("/health/ready").status());
            assertEquals(200, server.get("/health/startup").status());
        }
    }

    private static void assertAnswer(Reply reply, int status, String body) {
        assertEquals(status, reply.status());
        assertEquals("application/json", reply.header("Content-Type"));
        assertEquals("no-store", reply.header("Cache-Control"));
        assertEquals(body, reply.body());
    }
}
