package com.fanfinity.analytics.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.ReadPermits.ReadPermit;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;

@Timeout(30)
class ReadPermitsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);
    private final ReadPermits permits = new ReadPermits(ReadCaller.CLIENT, Duration.ofMillis(20), meters.reads());

    private double held(String kind) {
        return registry.get("reads.in.progress").tag("kind", kind).gauge().value();
    }

    private double refused(String kind) {
        return registry.get("reads.refused").tag("kind", kind).counter().count();
    }

    @ParameterizedTest
    @EnumSource
    void read_allPermitsHeld_is503WithRetryAfterAndCounted(ReadKind kind) {
        List<ReadPermit> held = new ArrayList<>();
        for (int i = 0; i < ReadPermits.most(kind); i++) {
            held.add(permits.tryAcquire(kind, 1).orElseThrow());
        }
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        assertEquals(ReadPermits.most(kind), held(name));

        Problem problem = assertThrows(ProblemException.class, () -> permits.read(kind, () -> "")).problem();

        assertEquals(503, problem.status());
        assertEquals(Optional.of(Duration.ofSeconds(1)), problem.retryAfter());
        assertEquals(1, refused(name));
        for (ReadKind other : ReadKind.values()) {
            if (other != kind) {
                assertEquals("read", permits.read(other, () -> "read"), "another kind is not affected");
            }
        }

        held.forEach(ReadPermit::close);
        assertEquals("read", permits.read(kind, () -> "read"));
        assertEquals(0, held(name));
    }

    @Test
    void read_thatFails_releasesItsPermit() {
        for (int i = 0; i < 20; i++) {
            assertThrows(IllegalStateException.class, () -> permits.read(ReadKind.LIST, () -> {
                throw new IllegalStateException("as configured");
            }));
        }

        assertEquals(0, held("list"));
        assertEquals(0, refused("list"));
    }

    /// Attack: 100 reads at once, each of which takes much memory.
    @Test
    void read_manyAtOnce_neverExceedsTheLimit() throws Exception {
        ReadPermits patient = new ReadPermits(ReadCaller.PEER, Duration.ofSeconds(20), meters.reads());
        CountDownLatch started = new CountDownLatch(ReadPermits.most(ReadKind.MATCH));
        List<Integer> atOnce = new ArrayList<>();
        List<Object> inside = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> reads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                reads.add(clients.submit(() -> patient.read(ReadKind.MATCH, () -> {
                    Object read = new Object();
                    synchronized (inside) {
                        inside.add(read);
                        atOnce.add(inside.size());
                    }
                    started.countDown();
                    await(started);
                    synchronized (inside) {
                        return inside.remove(read);
                    }
                })));
            }
            for (Future<Boolean> read : reads) {
                assertTrue(read.get());
            }
        }

        assertEquals(ReadPermits.most(ReadKind.MATCH), atOnce.stream().mapToInt(Integer::intValue).max().orElseThrow());
    }

    private static void await(CountDownLatch started) {
        try {
            assertTrue(started.await(20, TimeUnit.SECONDS), "as many reads as there are permits");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
