package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Computes how old an answer from a replica of the state may be: the replica contains every event that was
/// acknowledged before this time.
///
/// A replica is complete up to the time of a reading of the {@link EndOffsets} as soon as it has processed every record
/// before the end that was read. So a time is a measurement and never a guess. An instance that is cut off or paused
/// reports an old time. {@link TrailingGaps Gaps} at the end of a partition count as processed.
public final class Freshness implements ReplicaFreshness, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final EndOffsets endOffsets;
    private final KafkaStreams streams;
    private final LocalStores stores;
    private final String topic;
    private final Map<Integer, StandbyProgress> standbys = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("freshness").factory());

    /// @param endOffsets closed with this object
    /// @param topic `match-events`
    public Freshness(EndOffsets endOffsets, KafkaStreams streams, LocalStores stores, String topic) {
        this.endOffsets = endOffsets;
        this.streams = streams;
        this.stores = stores;
        this.topic = topic;
    }

    public void start() {
        endOffsets.start(stores::partitions);
        var _ = scheduler.scheduleWithFixedDelay(this::refresh, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Optional<Instant> asOf(int partition, Replica replica) {
        long processed = stores.ledger(partition, replica).nextOffset();
        if (replica == Replica.STANDBY) {
            StandbyProgress standby = standbys.get(partition);
            OptionalLong complete = standby == null ? OptionalLong.empty() : standby.complete();
            if (complete.isEmpty() || processed < complete.getAsLong()) {
                return Optional.empty(); // not known yet, or wiped since the last refresh
            }
            processed = complete.getAsLong();
        }
        return endOffsets.completeUpTo(partition, processed);
    }

    @Override
    public BooleanSupplier catchUp(int partition) {
        long processedBefore = processed(partition);
        CompletableFuture<Long> end = endOffsets.read(partition);
        // A log that ends before a record that was processed before has lost records, so its end proves nothing.
        return () -> end.state() == Future.State.SUCCESS && end.resultNow() >= processedBefore
                && endOffsets.firstRecordFrom(partition, processed(partition)) >= end.resultNow();
    }

    private long processed(int partition) {
        return stores.ledger(partition, Replica.ACTIVE).nextOffset();
    }

    /// The number of records of a source partition that are not processed yet. The end comes from the partition's
    /// leader, because the end that Streams knows stays constant while a transaction is open. Offsets without a record
    /// do not count.
    ///
    /// @param committed the offset of the next record to process, or a later one
    /// @param end of the partition, as Streams knows it
    long lag(TopicPartition partition, long committed, long end) {
        if (!partition.topic().equals(topic)) {
            return Math.max(0, end - committed);
        }
        long newest = Math.max(end, endOffsets.newest(partition.partition()));
        return Math.max(0, newest - endOffsets.firstRecordFrom(partition.partition(), committed));
    }

    private void refresh() {
        try {
            List<Integer> all = IntStream.range(0, stores.partitions()).boxed().toList();
            if (!all.isEmpty()) {
                Map<Integer, Long> active = processed(all, Replica.ACTIVE);
                endOffsets.reportProcessed(active, refreshStandbys(all, active));
            }
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("cannot determine the age of the state");
        }
    }

    /// Samples active replicas too. When a thread takes on another partition, its active replicas are readable only as
    /// standbys for a moment.
    ///
    /// @return up to which offset the standbys are complete, by partition
    private Map<Integer, Long> refreshStandbys(List<Integer> partitions, Map<Integer, Long> active) {
        if (active.keySet().containsAll(partitions)) {
            return Map.of(); // this instance has no standbys
        }
        Map<Integer, Long> processed = processed(partitions, Replica.STANDBY);
        Map<String, Map<Integer, LagInfo>> lags = streams.allLocalStorePartitionLags();
        Map<Integer, Long> complete = new HashMap<>();
        processed.forEach((partition, offset) -> {
            List<StandbyProgress.ChangelogOffsets> ofPartition = new ArrayList<>();
            new TreeMap<>(lags).values().forEach(store -> Optional.ofNullable(store.get(partition)).ifPresent(
                    lag -> ofPartition.add(new StandbyProgress.ChangelogOffsets(lag.currentOffsetPosition(),
                            lag.endOffsetPosition()))));
            StandbyProgress progress = standbys.computeIfAbsent(partition, _ -> new StandbyProgress());
            progress.record(offset, ofPartition);
            progress.complete().ifPresent(upTo -> complete.put(partition, upTo));
        });
        return complete;
    }

    private Map<Integer, Long> processed(List<Integer> partitions, Replica replica) {
        Map<Integer, Long> processed = new HashMap<>();
        for (int partition : partitions) {
            try {
                processed.put(partition, stores.ledger(partition, replica).nextOffset());
            } catch (InvalidStateStoreException _) {
                // This instance does not hold that replica.
            }
        }
        return processed;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            if (scheduler.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                endOffsets.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
