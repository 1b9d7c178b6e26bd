package com.fanfinity.analytics.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.Check;
import com.fanfinity.analytics.streams.Readiness;

/// The checks that are made of a state, each state with what it says. What makes the states is in `HealthIT` and the faults' tests.
class HealthTest {

    private final AtomicInteger partitions = new AtomicInteger();
    private final Health health = new Health(List.of(new WellPart()), partitions::get);

    @Test
    void ready_whenClosingBegins_isDownAndLiveIsNot() {
        assertEquals(Map.of("shutdown", Check.up("not closing"), "part", Check.up("well")), health.ready());

        health.closing();

        assertEquals(Map.of("shutdown", Check.down("closing"), "part", Check.up("well")), health.ready());
        assertEquals(Map.of("process", Check.up("answers")), health.live());
    }

    @Test
    void startup_whenTheTopicsAreThere_isUp() {
        assertEquals(Check.down("waiting for Kafka"), health.startup().get("topics"));

        partitions.set(12);

        assertEquals(Check.up("exist"), health.startup().get("topics"));
    }

    @Test
    void stores_fromStartToReadyAndBack_sayWhatIsWaitedFor() {
        assertStores(Check.down("streams are in the state CREATED"), new Readiness.NotRunning(State.CREATED));
        assertStores(Check.down("streams are in the state REBALANCING"), new Readiness.NotRunning(State.REBALANCING));
        assertStores(Check.down("no partition assigned yet"), new Readiness.Unassigned());
        assertStores(Check.down("restoring 1,234 records of 5 stores"), new Readiness.Restoring(1_234, 5));
        assertStores(Check.down("waiting for standbys to catch up"), new Readiness.WarmingUp(OptionalLong.empty()));
        assertStores(Check.down("waiting for standbys to catch up, 1,000 records"), new Readiness.WarmingUp(OptionalLong.of(1_000)));
        assertStores(Check.up("queryable"), new Readiness.Ready());
    }

    /// A successor may be well already: reads are answered, but somebody should look.
    @Test
    void stores_whileThreadsFail_areDegradedIfReadableElseDown() {
        String why = "stream threads fail and are replaced; the log says why";

        assertEquals(Check.degraded(why), StreamsComponent.stores(new Readiness.Ready(), true));
        assertEquals(Check.down(why), StreamsComponent.stores(new Readiness.NotRunning(State.REBALANCING), true));
        assertEquals(Check.down(why), StreamsComponent.stores(new Readiness.Restoring(1, 1), true));
    }

    /// Only that which a restart mends: it would make nothing better while Kafka is away.
    @Test
    void live_isDownInTheStateErrorOnly() {
        for (State state : State.values()) {
            Check.Status expected = state == State.ERROR ? Check.Status.DOWN : Check.Status.UP;
            assertEquals(expected, StreamsComponent.alive(state).status(), state.name());
        }
    }

    private static void assertStores(Check expected, Readiness readiness) {
        assertEquals(expected, StreamsComponent.stores(readiness, false));
    }

    private static final class WellPart implements RoleComponent {
        @Override
        public Map<String, Check> ready() {
            return Map.of("part", Check.up("well"));
        }

        @Override
        public void close(Duration limit) {
            // nothing to close
        }
    }
}
