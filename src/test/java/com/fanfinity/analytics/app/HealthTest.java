package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.streams.Readiness;

/// The check result of each state. `HealthIT` and the fault tests cause these states.
class HealthTest {

    private final AtomicInteger partitions = new AtomicInteger();
    private String obstacle = "waiting for Kafka";
    private final Health health = new Health(List.of(() -> Map.of("role", CheckResult.up("healthy"))), partitions::get,
            () -> obstacle);

    @Test
    void ready_whileClosing_isDownAndLiveIsUp() {
        assertEquals(Map.of("shutdown", CheckResult.up("not closing"), "role", CheckResult.up("healthy")),
                health.ready());

        health.markClosing();

        assertEquals(Map.of("shutdown", CheckResult.down("closing"), "role", CheckResult.up("healthy")),
                health.ready());
        assertEquals(Map.of("process", CheckResult.up("running")), health.live());
    }

    @Test
    void startup_topicsExist_isUp() {
        assertEquals(CheckResult.down("waiting for Kafka"), health.startup().get("topics"));
        obstacle = "min.insync.replicas must be 2";
        assertEquals(CheckResult.down("min.insync.replicas must be 2"), health.startup().get("topics"));

        partitions.set(12);

        assertEquals(CheckResult.up("exist"), health.startup().get("topics"));
    }

    @Test
    void stores_eachReadiness_detailNamesTheCause() {
        assertStores(CheckResult.down("streams are in the state CREATED"), new Readiness.NotRunning(State.CREATED));
        assertStores(CheckResult.down("streams are in the state REBALANCING"),
                new Readiness.NotRunning(State.REBALANCING));
        assertStores(CheckResult.down("no partition assigned yet"), new Readiness.Unassigned());
        assertStores(CheckResult.down("restoring 5 stores, 1,234 records remaining"),
                new Readiness.Restoring(1_234, 5));
        assertStores(CheckResult.down("waiting for standbys to catch up"),
                new Readiness.WarmingUp(OptionalLong.empty()));
        assertStores(CheckResult.down("waiting for standbys to catch up, 1,000 records remaining"),
                new Readiness.WarmingUp(OptionalLong.of(1_000)));
        assertStores(CheckResult.up("queryable"), new Readiness.Ready());
    }

    /// If the replacement thread works, reads succeed, but an operator should look at the cause.
    @Test
    void stores_threadsFailing_degradedIfReadableElseDown() {
        String detail = "stream threads fail and are replaced; see the log";

        assertEquals(CheckResult.degraded(detail), StreamsComponent.stores(new Readiness.Ready(), true));
        assertEquals(CheckResult.down(detail),
                StreamsComponent.stores(new Readiness.NotRunning(State.REBALANCING), true));
        assertEquals(CheckResult.down(detail), StreamsComponent.stores(new Readiness.Restoring(1, 1), true));
    }

    @Test
    void sample_eachStatus_isANumberAndOffIsMissing() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Health mixed = new Health(
                List.of(() -> Map.of("sink", CheckResult.degraded("held"), "stores", CheckResult.down("restoring"),
                        "producer", CheckResult.up("connected"), "live", CheckResult.off("role live is off"))),
                () -> 1, () -> "");

        mixed.sample(new Meters(registry).instance());

        assertEquals(List.of("health_check_status{check=\"process\",probe=\"live\"} 1.0",
                "health_check_status{check=\"producer\",probe=\"ready\"} 1.0",
                "health_check_status{check=\"shutdown\",probe=\"ready\"} 1.0",
                "health_check_status{check=\"sink\",probe=\"ready\"} 0.5",
                "health_check_status{check=\"stores\",probe=\"ready\"} 0.0"),
                registry.scrape().lines().filter(line -> line.startsWith("health_check_status")).toList());
    }

    /// Liveness covers only states that a restart fixes; a restart does not help while Kafka is down.
    @Test
    void live_onlyStateError_isDown() {
        for (State state : State.values()) {
            CheckResult.Status expected = state == State.ERROR ? CheckResult.Status.DOWN : CheckResult.Status.UP;
            assertEquals(expected, StreamsComponent.alive(state).status(), state.name());
        }
    }

    private static void assertStores(CheckResult expected, Readiness readiness) {
        assertEquals(expected, StreamsComponent.stores(readiness, false));
    }
}
