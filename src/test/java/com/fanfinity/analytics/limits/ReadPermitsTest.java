package com.fanfinity.analytics.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.Problem;
import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.limits.ReadPermits.ReadPermit;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.metrics.Meters.ReadCaller;
import com.fanfinity.analytics.metrics.Meters.ReadKind;

@Timeout(30)
class ReadPermitsTest {
    private static final Optional<ClientAddress> NOBODY = Optional.empty();
    private static final Optional<ClientAddress> CLIENT = Optional.of(new ClientAddress(1));
    private static final Optional<ClientAddress> OTHER = Optional.of(new ClientAddress(2));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);
    private final ReadPermits permits = new ReadPermits(ReadCaller.CLIENT, Duration.ofMillis(20), meters.reads());

    private double held(String kind) {
        return registry.get("reads.in.progress").tag("kind", kind).gauge().value();
    }

    private double refused(String kind) {
        return registry.get("reads.refused").tag("kind", kind).counter().count();
    }

    /// The second read of the address must not be in the queue of all, where it would be first for all permits.
    @ParameterizedTest
    @EnumSource
    void tryAcquire_readThatNeedsAllPermits_takesTheWholeShareOfItsAddress(ReadKind kind) {
        try (ReadPermit _ = permits.tryAcquire(kind, ReadPermits.most(kind) - 1, CLIENT).orElseThrow()) {
            assertTrue(permits.tryAcquire(kind, 1, CLIENT).isEmpty());
            permits.tryAcquire(kind, 1, OTHER).orElseThrow().close();
        }
        assertTrue(permits.tryAcquire(kind, ReadPermits.most(kind), CLIENT).isPresent());
    }

    @ParameterizedTest
    @EnumSource
    void read_allPermitsHeld_is503WithRetryAfterAndCounted(ReadKind kind) {
        List<ReadPermit> held = new ArrayList<>();
        for (int i = 0; i < ReadPermits.most(kind); i++) {
            held.add(permits.tryAcquire(kind, 1, NOBODY).orElseThrow());
        }
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        assertEquals(ReadPermits.most(kind), held(name));

        Problem problem = assertThrows(ProblemException.class, () -> permits.read(kind, NOBODY, () -> "")).problem();

        assertEquals(503, problem.status());
        assertEquals(Optional.of(Duration.ofSeconds(1)), problem.retryAfter());
        assertEquals(1, refused(name));
        for (ReadKind other : ReadKind.values()) {
            if (other != kind) {
                assertEquals("read", permits.read(other, NOBODY, () -> "read"), "another kind is not affected");
            }
        }

        held.forEach(ReadPermit::close);
        assertEquals("read", permits.read(kind, NOBODY, () -> "read"));
        assertEquals(0, held(name));
    }

    @Test
    void read_thatFails_releasesItsPermit() {
        for (int i = 0; i < 20; i++) {
            assertThrows(IllegalStateException.class, () -> permits.read(ReadKind.LIST, CLIENT, () -> {
                throw new IllegalStateException("as configured");
            }));
        }

        assertEquals(0, held("list"));
        assertEquals(0, refused("list"));
    }

    /// Attack: one address asks for all permits, and its further reads wait.
    @ParameterizedTest
    @EnumSource
    void read_ofOneAddress_leavesHalfOfThePermitsToOthers(ReadKind kind) {
        List<ReadPermit> held = new ArrayList<>();
        for (int i = 0; i < ReadPermits.most(kind) / 2; i++) {
            held.add(permits.tryAcquire(kind, 1, CLIENT).orElseThrow());
        }

        assertTrue(permits.tryAcquire(kind, 1, CLIENT).isEmpty());
        for (int i = 0; i < ReadPermits.most(kind) / 2; i++) {
            held.add(permits.tryAcquire(kind, 1, OTHER).orElseThrow());
        }
        assertEquals(ReadPermits.most(kind), held(kind.name().toLowerCase(java.util.Locale.ROOT)));

        held.forEach(ReadPermit::close);
        assertEquals("read", permits.read(kind, CLIENT, () -> "read"));
    }

    /// The waiting reads of an address must not be in front of the reads of others.
    @Test
    void read_ofOneAddressThatWaits_keepsNoOtherWaiting() throws Exception {
        ReadPermits patient = new ReadPermits(ReadCaller.CLIENT, Duration.ofSeconds(20), meters.reads());
        List<ReadPermit> held = new ArrayList<>();
        for (int i = 0; i < ReadPermits.most(ReadKind.MATCH) / 2; i++) {
            held.add(patient.tryAcquire(ReadKind.MATCH, 1, CLIENT).orElseThrow());
        }
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> waiting = clients.submit(() -> patient.read(ReadKind.MATCH, CLIENT, () -> "in turn"));

            assertEquals("at once", patient.read(ReadKind.MATCH, OTHER, () -> "at once"));
            assertFalse(waiting.isDone());
            held.forEach(ReadPermit::close);
            assertEquals("in turn", waiting.get(20, TimeUnit.SECONDS));
        }
    }

    /// A read that gets a place of its address and no permit returns the place.
    @Test
    void read_noPermitFree_returnsThePlaceOfItsAddress() {
        List<ReadPermit> held = new ArrayList<>();
        for (int i = 0; i < ReadPermits.most(ReadKind.LIST); i++) {
            held.add(permits.tryAcquire(ReadKind.LIST, 1, NOBODY).orElseThrow());
        }
        for (int i = 0; i < 10; i++) {
            assertTrue(permits.tryAcquire(ReadKind.LIST, 1, CLIENT).isEmpty());
        }
        held.forEach(ReadPermit::close);

        assertEquals("read", permits.read(ReadKind.LIST, CLIENT, () -> "read"));
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
                reads.add(clients.submit(() -> patient.read(ReadKind.MATCH, NOBODY, () -> {
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
