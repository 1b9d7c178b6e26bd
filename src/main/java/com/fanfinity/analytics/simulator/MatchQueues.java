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

/// One queue of events per match. The events of a match are sent in order, one request at a time. A match that waits
/// for a retry does not delay the others. All queues together hold at most `capacity` events, waiting or in flight;
/// then [#offer] blocks.
final class MatchQueues implements AutoCloseable {
    /// The maximum number of events in one NDJSON request.
    static final int BATCH = 500;
    private static final int BATCH_CHARS = 2 * 1024 * 1024;

    private final EventSender sender;
    private final int singlesUpTo;
    private final int capacity;
    private final Consumer<SendOutcome> outcomes;
    private final Semaphore freeSlots;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<String, ArrayDeque<WireEvent>> queues = new HashMap<>();

    /// @param singlesUpTo a queue of at most this many events is sent one by one, a longer one in batches; 0 for always
    ///        batches
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
        this.freeSlots = new Semaphore(capacity);
    }

    /// Appends events of one match to its queue. Blocks while the capacity is exhausted.
    ///
    /// @param events at most [#BATCH], all of the same match
    void offer(List<WireEvent> events) throws InterruptedException {
        if (events.isEmpty()) {
            return;
        }
        freeSlots.acquire(events.size());
        String match = events.getFirst().matchId();
        lock.lock();
        try {
            ArrayDeque<WireEvent> queue = queues.get(match);
            if (queue == null) {
                queues.put(match, new ArrayDeque<>(events));
                workers.execute(() -> drainQueue(match));
            } else {
                queue.addAll(events);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The number of events waiting or in flight.
    int held() {
        return capacity - freeSlots.availablePermits();
    }

    /// Waits until every event offered so far has its outcome.
    void awaitEmpty() throws InterruptedException {
        lock.lock();
        try {
            while (!queues.isEmpty()) {
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
                    freeSlots.release(batch.size());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close(): the rest of the queue is dropped
        }
    }

    private List<WireEvent> pollBatch(String match) {
        lock.lock();
        try {
            ArrayDeque<WireEvent> queue = queues.getOrDefault(match, new ArrayDeque<>());
            var batch = new ArrayList<WireEvent>();
            int maxEvents = queue.size() > singlesUpTo ? BATCH : 1;
            int chars = 0;
            while (!queue.isEmpty() && batch.size() < maxEvents && chars < BATCH_CHARS) {
                chars += queue.getFirst().json().length();
                batch.add(queue.removeFirst());
            }
            if (batch.isEmpty()) {
                queues.remove(match);
                idle.signalAll();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// Stops at once and drops the queued events.
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
