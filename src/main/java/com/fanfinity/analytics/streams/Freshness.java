package com.fanfinity.analytics.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;

/// Computes how old an answer from a replica of the state may be: the replica contains every event that was
/// acknowledged before this time.
///
/// The end offsets of the partitions of `match-events` are sampled five times per second. A replica is complete up to
/// the time of a sample as soon as it has processed every record before the sampled offset. So a time is a measurement
/// and never a guess. An instance that is cut off or paused reports an old time. {@link TrailingGaps Gaps} at the end
/// of a partition count as processed.
public final class Freshness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration END_OFFSETS_LIMIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Admin admin;
    private final KafkaStreams streams;
    private final LocalStores stores;
    private final String topic;
    private final Clock clock;
    private final Map<Integer, EndOffsetHistory> endOffsets = new ConcurrentHashMap<>();
    private final TrailingGaps gaps;
    private final Map<Integer, StandbyProgress> standbys = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("freshness").factory());

    /// @param topic `match-events`
    public Freshness(Admin admin, KafkaStreams streams, LocalStores stores, String topic, Settings.Kafka kafka,
            Clock clock) {
        this.admin = admin;
        this.streams = streams;
        this.stores = stores;
        this.topic = topic;
        this.clock = clock;
        this.gaps = new TrailingGaps(() -> KafkaClients.gapConsumer(kafka), topic);
    }

    public void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::refresh, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The time up to which the replica is complete; empty if it is not known. Call this before reading the replica:
    /// the later read is then not older than this time.
    ///
    /// @throws InvalidStateStoreException if this instance does not hold that replica of the partition
    public Optional<Instant> asOf(int partition, Replica replica) {
        EndOffsetHistory history = endOffsets.get(partition);
        long processed = stores.ledger(partition, replica).nextOffset();
        if (replica == Replica.STANDBY) {
            StandbyProgress standby = standbys.get(partition);
            OptionalLong complete = standby == null ? OptionalLong.empty() : standby.complete();
            if (complete.isEmpty() || processed < complete.getAsLong()) {
                return Optional.empty(); // not known yet, or wiped since the last refresh
            }
            processed = complete.getAsLong();
        }
        return history == null ? Optional.empty() : history.reachedBy(gaps.skip(partition, processed));
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
        EndOffsetHistory history = endOffsets.get(partition.partition());
        long newest = history == null ? end : Math.max(end, history.newest());
        return Math.max(0, newest - gaps.skip(partition.partition(), committed));
    }

    private void refresh() {
        try {
            List<Integer> all = IntStream.range(0, stores.partitions()).boxed().toList();
            if (!all.isEmpty()) {
                // All partitions are sampled: if a replica that lags moves to this instance, only earlier samples give
                // its age.
                refreshEndOffsets(all);
                refreshStandbys(all);
                refreshGaps(all);
            }
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("cannot determine the age of the state");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A partition without a leader does not prevent the samples of the others.
    private void refreshEndOffsets(List<Integer> partitions) throws InterruptedException {
        Instant now = clock.instant();
        long deadline = System.nanoTime() + END_OFFSETS_LIMIT.toNanos();
        ListOffsetsResult ends = admin.listOffsets(partitions.stream()
                .collect(
                        Collectors.toMap(partition -> new TopicPartition(topic, partition), _ -> OffsetSpec.latest())));
        for (int partition : partitions) {
            try {
                long end = ends.partitionResult(new TopicPartition(topic, partition))
                        .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS).offset();
                endOffsets.computeIfAbsent(partition, _ -> new EndOffsetHistory()).record(now, end);
            } catch (ExecutionException | TimeoutException e) {
                LOG.atDebug().addKeyValue("partition", partition).setCause(e)
                        .log("cannot determine the end offset of a partition");
            }
        }
    }

    /// Samples active replicas too. When a thread takes on another partition, its active replicas are readable only as
    /// standbys for a moment.
    private void refreshStandbys(List<Integer> partitions) {
        if (partitions.stream().allMatch(partition -> processed(partition, Replica.ACTIVE).isPresent())) {
            return; // this instance has no standbys
        }
        Map<Integer, Long> processed = new HashMap<>();
        for (int partition : partitions) {
            processed(partition, Replica.STANDBY).ifPresent(offset -> processed.put(partition, offset));
        }
        Map<String, Map<Integer, LagInfo>> lags = streams.allLocalStorePartitionLags();
        processed.forEach((partition, offset) -> {
            List<StandbyProgress.ChangelogOffsets> ofPartition = new ArrayList<>();
            new TreeMap<>(lags).values().forEach(store -> Optional.ofNullable(store.get(partition)).ifPresent(
                    lag -> ofPartition.add(new StandbyProgress.ChangelogOffsets(lag.currentOffsetPosition(),
                            lag.endOffsetPosition()))));
            standbys.computeIfAbsent(partition, _ -> new StandbyProgress()).record(offset, ofPartition);
        });
    }

    private void refreshGaps(List<Integer> partitions) {
        Map<Integer, TrailingGaps.PartitionOffsets> offsets = new HashMap<>();
        for (int partition : partitions) {
            EndOffsetHistory history = endOffsets.get(partition);
            if (history != null) {
                processed(partition, Replica.ACTIVE)
                        .ifPresent(processed -> offsets.put(partition,
                                new TrailingGaps.PartitionOffsets(processed, history.newest())));
            }
        }
        gaps.refresh(offsets, System.nanoTime());
    }

    private OptionalLong processed(int partition, Replica replica) {
        try {
            return OptionalLong.of(stores.ledger(partition, replica).nextOffset());
        } catch (InvalidStateStoreException _) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            if (scheduler.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                gaps.close();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
