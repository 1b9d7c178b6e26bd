package com.fanfinity.analytics.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.metrics.Meters;

class EndOffsetsTest {

    private static final long LIMIT_SECONDS = 20;

    /// A call to Kafka, which the test answers.
    private record Call(Map<Integer, CompletableFuture<Long>> ends) {
        void answer(long end) {
            ends.values().forEach(future -> future.complete(end));
        }
    }

    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final EndOffsets endOffsets = endOffsets(this::record);

    private static EndOffsets endOffsets(EndOffsets.Lookup lookup) {
        TrailingGaps gaps = new TrailingGaps(() -> {
            throw new AssertionError("no gap is read");
        }, "match-events");
        return new EndOffsets(lookup, gaps, Clock.systemUTC(), new Meters(new SimpleMeterRegistry()).streams());
    }

    private Map<Integer, CompletionStage<Long>> record(Set<Integer> partitions) {
        Map<Integer, CompletableFuture<Long>> ends = new HashMap<>();
        partitions.forEach(partition -> ends.put(partition, new CompletableFuture<>()));
        calls.add(new Call(ends));
        return new HashMap<>(ends);
    }

    private Call awaitCall() throws InterruptedException {
        Call call = calls.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no call within " + LIMIT_SECONDS + " s");
        }
        return call;
    }

    private static long end(CompletableFuture<Long> reading)
            throws ExecutionException, InterruptedException, TimeoutException {
        return reading.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        endOffsets.close();
    }

    /// The regular readings were never started.
    @Test
    void read_startsAReadingAtOnce() throws Exception {
        CompletableFuture<Long> reading = endOffsets.read(3);
        Call call = awaitCall();

        assertEquals(Set.of(3), call.ends.keySet());
        call.answer(17);
        assertEquals(17, end(reading));
        assertEquals(17, endOffsets.newest(3));
    }

    /// The end of a reading that began before the request may be older than an acknowledged event.
    @Test
    void read_whileAReadingIsInProgress_getsTheNextOne() throws Exception {
        CompletableFuture<Long> first = endOffsets.read(0);
        Call earlier = awaitCall();
        List<CompletableFuture<Long>> later = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            later.add(endOffsets.read(0));
        }
        earlier.answer(5);
        assertEquals(5, end(first));
        awaitCall().answer(6);

        for (CompletableFuture<Long> reading : later) {
            assertEquals(6, end(reading));
        }
        assertTrue(calls.isEmpty(), "a thousand requests share one reading");
    }

    @Test
    void read_partitionWithoutALeader_delaysNoOther() throws Exception {
        CompletableFuture<Long> stuck = endOffsets.read(0);
        Call first = awaitCall();
        CompletableFuture<Long> stuckToo = endOffsets.read(0);
        CompletableFuture<Long> other = endOffsets.read(1);
        Call second = awaitCall();

        assertEquals(Set.of(1), second.ends.keySet());
        second.answer(9);
        assertEquals(9, end(other));
        assertFalse(stuck.isDone());

        first.ends.values().forEach(end -> end.completeExceptionally(new IllegalStateException("no leader")));
        assertThrows(ExecutionException.class, () -> end(stuck));
        awaitCall().answer(4);
        assertEquals(4, end(stuckToo));
    }

    /// Requests for unknown matches must not multiply the calls to Kafka.
    @Test
    void read_anyNumberOfRequests_makesAtMostOneCallInEachInterval() throws Exception {
        AtomicInteger made = new AtomicInteger();
        long began = System.nanoTime();
        try (EndOffsets flooded = endOffsets(partitions -> {
            made.incrementAndGet();
            Map<Integer, CompletionStage<Long>> ends = new HashMap<>();
            partitions.forEach(partition -> ends.put(partition, CompletableFuture.completedFuture(1L)));
            return ends;
        }); ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 50; client++) {
                int partition = client % 12;
                clients.execute(() -> {
                    for (int i = 0; i < 10; i++) {
                        flooded.read(partition).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
                    }
                });
            }
        }
        long intervals = (System.nanoTime() - began) / EndOffsets.MIN_INTERVAL.toNanos() + 1;

        assertTrue(made.get() >= 10, "calls " + made);
        assertTrue(made.get() <= intervals, made + " calls in " + intervals + " intervals");
    }

    @Test
    void completeUpTo_reachedEnd_isTheTimeBeforeTheReadingBegan() throws Exception {
        Instant before = Instant.now();
        CompletableFuture<Long> reading = endOffsets.read(0);
        Call call = awaitCall();
        Instant asked = Instant.now();
        call.answer(7);
        end(reading);

        assertEquals(Optional.empty(), endOffsets.completeUpTo(0, 6));
        Instant asOf = endOffsets.completeUpTo(0, 7).orElseThrow();
        assertTrue(!asOf.isBefore(before.minus(Duration.ofMillis(5))) && !asOf.isAfter(asked), asOf::toString);
    }

    @Test
    void read_logLostProcessedRecords_failsAndProvesNothing() throws Exception {
        endOffsets.reportProcessed(Map.of(0, 100L), Map.of());
        CompletableFuture<Long> reading = endOffsets.read(0);
        awaitCall().answer(90);

        assertThrows(ExecutionException.class, () -> end(reading));
        assertEquals(Optional.empty(), endOffsets.completeUpTo(0, 100));
    }

    @Test
    void read_clientIsClosed_fails() {
        try (EndOffsets closed = endOffsets(_ -> {
            throw new IllegalStateException("closed");
        })) {
            CompletableFuture<Long> reading = closed.read(0).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertTrue(
                    assertThrows(CompletionException.class, reading::join).getCause() instanceof IllegalStateException);
        }
    }
}
