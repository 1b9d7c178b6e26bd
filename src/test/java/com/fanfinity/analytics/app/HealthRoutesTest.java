package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.testing.TestServer;
import com.fanfinity.analytics.testing.TestServer.Reply;

class HealthRoutesTest {
    private static final Map<String, Check> UP = Map.of("process", Check.up("answers"));
    private static final Map<String, Check> DEGRADED = Map.of("producer", Check.up("connected"), "clickhouse", Check.degraded("away"));
    private static final Map<String, Check> DOWN = Map.of("topics", Check.down("waiting"), "a", Check.degraded("x"), "b", Check.up("y"));

    @Test
    void get_eachRoute_asksItsOwnChecks() {
        try (TestServer server = new TestServer(new HealthRoutes(() -> UP, () -> DEGRADED, () -> DOWN))) {
            for (String path : List.of("/health/live", "/healthz")) {
                assertAnswer(server.get(path), 200,
                        "{\"status\":\"up\",\"checks\":{\"process\":{\"status\":\"up\",\"detail\":\"answers\"}}}");
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
    void get_checkOfARoleThatIsOff_isToldAndCountsAsUp() {
        Map<String, Check> off = Map.of("sink", Check.off("role sink is off"));
        try (TestServer server = new TestServer(new HealthRoutes(() -> off, () -> off, () -> off))) {
            assertAnswer(server.get("/health/ready"), 200,
                    "{\"status\":\"up\",\"checks\":{\"sink\":{\"status\":\"off\",\"detail\":\"role sink is off\"}}}");
        }
    }

    @Test
    void get_anyCheckDown_is503() {
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
