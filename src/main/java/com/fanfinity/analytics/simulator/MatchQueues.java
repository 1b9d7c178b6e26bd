package com.fanfinity.analytics.simulator;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Keeps order where it matters: the events of one match go out one request after the other, and a match that waits for
/// a retry does not hold up the others. At most `capacity` events are held, waiting or under way; then [#offer] waits.
final class MatchQueues implements AutoCloseable {
    /// Events in one NDJSON request.
    static final int BATCH = 500;
    private static final int BATCH_CHARS = 2 * 1024 * 1024;

    private final EventSender sender;
    private final int singlesUpTo;
    private final int capacity;
    private final Consumer<SendOutcome> outcomes;
    private final Semaphore room;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<String, ArrayDeque<WireEvent>> lanes = new HashMap<>();

    /// @param singlesUpTo as long as no more events than this wait in a lane they go one by one, else in batches; 0 for always batches
    /// @param capacity at least [#BATCH]
    /// @param outcomes called for every request, from several threads
    MatchQueues(EventSender sender, int singlesUpTo, int capacity, Consumer<SendOutcome> outcomes) {
        this.sender = requireNonNull(sender, "sender is null");
        this.outcomes = requireNonNull(outcomes, "outcomes is null");
        if (capacity < BATCH) {
            throw new IllegalArgumentException("capacity is below one batch");
        }
        this.singlesUpTo = singlesUpTo;
        this.capacity = capacity;
        this.room = new Semaphore(capacity);
    }

    /// Puts events of one match at the end of its lane, waiting for room.
    ///
    /// @param events at most [#BATCH], all of the same match
    void offer(List<WireEvent> events) throws InterruptedException {
        if (events.isEmpty()) {
            return;
        }
        room.acquire(events.size());
        String match = events.getFirst().matchId();
        lock.lock();
        try {
            ArrayDeque<WireEvent> lane = lanes.get(match);
            if (lane == null) {
                lanes.put(match, new ArrayDeque<>(events));
                workers.execute(() -> drainQueue(match));
            } else {
                lane.addAll(events);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Events held now.
    int held() {
        return capacity - room.availablePermits();
    }

    /// Waits until every event offered so far has its outcome.
    void awaitEmpty() throws InterruptedException {
        lock.lock();
        try {
            while (!lanes.isEmpty()) {
                idle.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void drainQueue(String match) {
        try {
            for (List<WireEvent> batch = pollBatch(match); !batch.isEmpty(); batch = pollBatch(match)) {
                try {
                    outcomes.accept(sender.send(batch));
                } finally {
                    room.release(batch.size());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close(): what is left in the lane is never taken
        }
    }

    private List<WireEvent> pollBatch(String match) {
        lock.lock();
        try {
            ArrayDeque<WireEvent> lane = lanes.getOrDefault(match, new ArrayDeque<>());
            var batch = new ArrayList<WireEvent>();
            int most = lane.size() > singlesUpTo ? BATCH : 1;
            int chars = 0;
            while (!lane.isEmpty() && batch.size() < most && chars < BATCH_CHARS) {
                chars += lane.getFirst().json().length();
                batch.add(lane.removeFirst());
            }
            if (batch.isEmpty()) {
                lanes.remove(match);
                idle.signalAll();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// Stops at once; events without an outcome stay without.
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
