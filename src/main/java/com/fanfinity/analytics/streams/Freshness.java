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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;

/// How old an answer from a copy of the state may be: the time up to which every event that was acknowledged by then is in it.
///
/// Kafka is asked some times a second for the ends of the partitions of `match-events`. What ended at an offset at that moment is complete
/// in a copy as soon as that copy has processed all before the offset. A time is thus known only for what was looked at, and never a
/// guess; an instance that was cut off or stopped without knowing it tells an old time. {@link Gaps} are processed by who is at their beginning.
public final class Freshness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Admin admin;
    private final KafkaStreams streams;
    private final LocalStores stores;
    private final String topic;
    private final Clock clock;
    private final Map<Integer, EndOffsetHistory> horizons = new ConcurrentHashMap<>();
    private final TrailingGaps gaps;
    private final Map<Integer, StandbyProgress> standbys = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("freshness").factory());

    /// @param topic `match-events`
    /// @param kafka where it is
    public Freshness(Admin admin, KafkaStreams streams, LocalStores stores, String topic, Settings.Kafka kafka, Clock clock) {
        this.admin = admin;
        this.streams = streams;
        this.stores = stores;
        this.topic = topic;
        this.clock = clock;
        this.gaps = new TrailingGaps(() -> reader(kafka), topic);
    }

    private static Consumer<byte[], byte[]> reader(Settings.Kafka kafka) {
        Map<String, Object> config = kafka.readerConfig();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "fanfinity-gaps");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1); // whether there is one
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 << 10);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public void start() {
        var _ = scheduler.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Up to when the copy is complete. To be asked before the copy is read; what is read then is not older. Empty if it is not known.
    ///
    /// @throws InvalidStateStoreException if that copy of the partition is not here
    public Optional<Instant> asOf(int partition, Replica copy) {
        EndOffsetHistory horizon = horizons.get(partition);
        long processed = stores.ledger(partition, copy).nextOffset();
        if (copy == Replica.STANDBY) {
            StandbyProgress standby = standbys.get(partition);
            OptionalLong complete = standby == null ? OptionalLong.empty() : standby.complete();
            if (complete.isEmpty() || processed < complete.getAsLong()) {
                return Optional.empty(); // or it was wiped since the last look
            }
            processed = complete.getAsLong();
        }
        return horizon == null ? Optional.empty() : horizon.reachedBy(gaps.skip(partition, processed));
    }

    /// How many records of a source partition wait. The log's own end is asked of its leader, since Streams' stands still where somebody's
    /// transaction stays open; offsets that hold nothing do not count.
    ///
    /// @param committed the offset that the next record to be processed has, or a later one
    /// @param end of the partition, as Streams knows it
    long waiting(TopicPartition partition, long committed, long end) {
        if (!partition.topic().equals(topic)) {
            return Math.max(0, end - committed);
        }
        EndOffsetHistory horizon = horizons.get(partition.partition());
        long newest = horizon == null ? end : Math.max(end, horizon.newest());
        return Math.max(0, newest - gaps.skip(partition.partition(), committed));
    }

    private void look() {
        try {
            List<Integer> all = IntStream.range(0, stores.partitions()).boxed().toList();
            if (!all.isEmpty()) {
                // Of all partitions, since one that comes here may be behind: how far, only earlier ends can tell.
                lookAtEnds(all);
                lookAtStandbys(all);
                lookAtGaps(all);
            }
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("how fresh the state is cannot be told now");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One partition without a leader is no reason not to know of the others.
    private void lookAtEnds(List<Integer> partitions) throws InterruptedException {
        Instant now = clock.instant();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ListOffsetsResult ends = admin.listOffsets(partitions.stream()
                .collect(Collectors.toMap(partition -> new TopicPartition(topic, partition), _ -> OffsetSpec.latest())));
        for (int partition : partitions) {
            try {
                long end = ends.partitionResult(new TopicPartition(topic, partition))
                        .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS).offset();
                horizons.computeIfAbsent(partition, _ -> new EndOffsetHistory()).saw(now, end);
            } catch (ExecutionException | TimeoutException e) {
                LOG.atDebug().addKeyValue("partition", partition).setCause(e).log("where the partition ends is not known");
            }
        }
    }

    /// Active copies too: one becomes as a standby for a moment when its thread takes on another partition, and it is known then.
    private void lookAtStandbys(List<Integer> partitions) {
        if (partitions.stream().allMatch(partition -> processed(partition, Replica.ACTIVE).isPresent())) {
            return; // there are no others
        }
        Map<Integer, Long> processed = new HashMap<>();
        for (int partition : partitions) {
            processed(partition, Replica.STANDBY).ifPresent(offset -> processed.put(partition, offset));
        }
        Map<String, Map<Integer, LagInfo>> lags = streams.allLocalStorePartitionLags();
        processed.forEach((partition, offset) -> {
            List<StandbyProgress.Place> ofPartition = new ArrayList<>();
            new TreeMap<>(lags).values().forEach(store -> Optional.ofNullable(store.get(partition)).ifPresent(
                    lag -> ofPartition.add(new StandbyProgress.Place(lag.currentOffsetPosition(), lag.endOffsetPosition()))));
            standbys.computeIfAbsent(partition, _ -> new StandbyProgress()).saw(offset, ofPartition);
        });
    }

    private void lookAtGaps(List<Integer> partitions) {
        Map<Integer, TrailingGaps.Place> places = new HashMap<>();
        for (int partition : partitions) {
            EndOffsetHistory horizon = horizons.get(partition);
            if (horizon != null) {
                processed(partition, Replica.ACTIVE)
                        .ifPresent(processed -> places.put(partition, new TrailingGaps.Place(processed, horizon.newest())));
            }
        }
        gaps.look(places, System.nanoTime());
    }

    private OptionalLong processed(int partition, Replica copy) {
        try {
            return OptionalLong.of(stores.ledger(partition, copy).nextOffset());
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
