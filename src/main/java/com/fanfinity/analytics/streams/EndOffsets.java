package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.ReadingTime;
import com.fanfinity.analytics.metrics.StreamsMeters;
import com.fanfinity.analytics.pipeline.ProvenTime;

/// The end offsets of `match-events`, and the times that they prove.
///
/// An event is acknowledged after the partition's end has passed it. So a state that has processed every record before
/// an end offset contains every event that was acknowledged before the reading of that offset began. This holds for any
/// clocks of brokers and producers: no timestamp of a record is used. Times are those of this instance's clock.
///
/// All ends are read five times a second. A request that needs a newer one starts a reading at once. Requests share
/// readings: there is at most one at a time for each partition, and one call in {@link #MIN_INTERVAL} for all of them.
/// So any number of requests causes at most 50 calls a second.
public final class EndOffsets implements ProvenTime, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndOffsets.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    static final Duration MIN_INTERVAL = Duration.ofMillis(20);

    /// Asks for the offsets of the next records to be written.
    @FunctionalInterface
    interface Lookup {
        Map<Integer, CompletionStage<Long>> latest(Set<Integer> partitions);
    }

    /// @param processedBefore the offset that the replica here had reached before the reading began
    private record Reading(int partition, ReadingTime at, long processedBefore, CompletableFuture<Long> end) {}

    private final Lookup lookup;
    private final InstantSource clock;
    private final StreamsMeters meters;
    private final TrailingGaps gaps;
    private final Map<Integer, EndOffsetHistory> histories = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("end-offsets").factory());

    // Guarded by the lock.
    private final Map<Integer, CompletableFuture<Long>> wanted = new HashMap<>();
    private final Set<Integer> inFlight = new HashSet<>();
    private boolean scheduled;
    private long calledAt = System.nanoTime() - MIN_INTERVAL.toNanos();

    /// @param topic `match-events`
    public EndOffsets(Admin admin, String topic, Settings.Kafka kafka, InstantSource clock, StreamsMeters meters) {
        this(partitions -> latest(admin, topic, partitions),
                new TrailingGaps(() -> KafkaClients.gapConsumer(kafka), topic), clock, meters);
    }

    EndOffsets(Lookup lookup, TrailingGaps gaps, InstantSource clock, StreamsMeters meters) {
        this.lookup = lookup;
        this.gaps = gaps;
        this.clock = clock;
        this.meters = meters;
    }

    private static Map<Integer, CompletionStage<Long>> latest(Admin admin, String topic, Set<Integer> partitions) {
        ListOffsetsResult ends = admin.listOffsets(partitions.stream().collect(
                Collectors.toMap(partition -> new TopicPartition(topic, partition), _ -> OffsetSpec.latest())));
        return partitions.stream().collect(Collectors.toMap(partition -> partition,
                partition -> ends.partitionResult(new TopicPartition(topic, partition)).toCompletionStage()
                        .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset)));
    }

    /// Reads the ends of all partitions from now on, those of other instances too: if a replica that lags moves to this
    /// instance, only earlier readings give its age.
    ///
    /// @param partitions their number; 0 as long as it is not known
    void start(IntSupplier partitions) {
        var _ = scheduler.scheduleWithFixedDelay(() -> {
            for (int partition = 0; partition < partitions.getAsInt(); partition++) {
                var _ = read(partition);
            }
        }, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Reads the end of a partition.
    ///
    /// @return the end, by a reading that begins after this call; fails if the end cannot be read, or if the log has
    ///     lost records that the replica here has processed
    synchronized CompletableFuture<Long> read(int partition) {
        CompletableFuture<Long> end = wanted.computeIfAbsent(partition, _ -> new CompletableFuture<>());
        scheduleCall();
        return end;
    }

    private synchronized void scheduleCall() {
        if (scheduled || inFlight.containsAll(wanted.keySet())) {
            return;
        }
        long delay = calledAt + MIN_INTERVAL.toNanos() - System.nanoTime();
        try {
            var _ = scheduler.schedule(this::call, Math.max(0, delay), TimeUnit.NANOSECONDS);
            scheduled = true;
        } catch (RejectedExecutionException _) {
            // closed: the reading never ends, and its request gives up
        }
    }

    private void call() {
        Map<Integer, Reading> readings = takeWanted();
        meters.endOffsetsRead();
        try {
            lookup.latest(readings.keySet()).forEach((partition, end) -> {
                Reading reading = requireNonNull(readings.get(partition));
                end.whenComplete((offset, failure) -> finish(reading, offset, failure));
            });
        } catch (RuntimeException e) {
            readings.values().forEach(reading -> finish(reading, 0L, e));
        }
    }

    private synchronized Map<Integer, Reading> takeWanted() {
        scheduled = false;
        calledAt = System.nanoTime();
        ReadingTime at = new ReadingTime(clock.instant(), calledAt);
        Map<Integer, Reading> readings = new HashMap<>();
        wanted.keySet().stream().filter(partition -> !inFlight.contains(partition)).toList()
                .forEach(partition -> readings.put(partition, new Reading(partition, at,
                        history(partition).processed(), requireNonNull(wanted.remove(partition)))));
        inFlight.addAll(readings.keySet());
        return readings;
    }

    private void finish(Reading reading, Long offset, @Nullable Throwable failure) {
        boolean valid = failure == null
                && history(reading.partition).record(reading.at, offset, reading.processedBefore);
        synchronized (this) {
            inFlight.remove(reading.partition);
        }
        scheduleCall();
        if (valid) {
            reading.end.complete(offset);
            return;
        }
        LOG.atDebug().addKeyValue("partition", reading.partition).setCause(failure)
                .log("cannot determine the end offset of a partition");
        reading.end.completeExceptionally(new IllegalStateException("the end offset is unknown"));
    }

    private EndOffsetHistory history(int partition) {
        return histories.computeIfAbsent(partition, _ -> new EndOffsetHistory());
    }

    @Override
    public Optional<Instant> completeUpTo(int partition, long nextOffset) {
        return history(partition).reachedBy(firstRecordFrom(partition, nextOffset))
                .map(at -> at.asOf(clock.instant(), System.nanoTime()));
    }

    /// The first offset, from this one on, that may have a record to process.
    long firstRecordFrom(int partition, long nextOffset) {
        return gaps.skip(partition, nextOffset);
    }

    /// The newest end of a partition; 0 if none is known.
    long newest(int partition) {
        return history(partition).newest();
    }

    /// Reports the offsets that the replicas on this instance have reached. Call this repeatedly, from one thread.
    ///
    /// @param active next offsets of the active replicas, by partition
    /// @param standbys next offsets of the standbys, by partition
    void reportProcessed(Map<Integer, Long> active, Map<Integer, Long> standbys) {
        Map<Integer, Long> all = new HashMap<>(standbys);
        all.putAll(active);
        all.forEach((partition, offset) -> history(partition).reportProcessed(offset));
        Map<Integer, TrailingGaps.PartitionOffsets> offsets = new HashMap<>();
        active.forEach((partition, processed) -> offsets.put(partition,
                new TrailingGaps.PartitionOffsets(processed, newest(partition))));
        gaps.refresh(offsets, System.nanoTime());
    }

    /// Call this after the last {@link #reportProcessed}.
    @Override
    public void close() {
        scheduler.shutdownNow();
        gaps.close();
    }
}
