package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.Meters;

/// One membership of the sink in its group: polls, cuts, hands batches to the writers. All on the poll thread; what runs elsewhere comes back
/// through the mailbox. The poll thread never waits for ClickHouse, so that membership outlives ClickHouse's absence.
final class SinkSession implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(SinkSession.class);

    /// How long a partition that is taken away waits for its insert under way; the successor waits for the rest.
    static final Duration HANDOVER = Duration.ofSeconds(5);

    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(10);
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(5);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final Duration HELD_LOOK_AGAIN = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SinkParts parts;
    private final Settings.Sink settings;
    private final Batch.Limits limits;
    private final Meters meters;
    private final MembershipCheck pulse;
    private final ExecutorService writers;
    private final Consumer<Map<TopicPartition, SinkStatus.Partition>> report;
    private final Map<TopicPartition, PartitionBuffer> lanes = new HashMap<>();
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private boolean throttled;
    private long askAgainAt = System.nanoTime();
    private long reportedAt = System.nanoTime();
    private long committedAt = System.nanoTime();

    SinkSession(KafkaConsumer<byte[], byte[]> consumer, SinkParts parts, Settings.Sink settings, Meters meters, ExecutorService writers,
            Consumer<Map<TopicPartition, SinkStatus.Partition>> report) {
        this.consumer = consumer;
        this.parts = parts;
        this.settings = settings;
        this.limits = new Batch.Limits(settings.batchRows(), settings.batchBytes());
        this.meters = meters;
        this.pulse = new MembershipCheck(System::nanoTime, SinkConsumer.SESSION_TIMEOUT.dividedBy(2));
        this.writers = writers;
        this.report = report;
    }

    /// Runs until told to stop; then what has been read is stored, if `flushLimit` is enough for it, and the offsets are committed.
    ///
    /// @throws InterruptException if the thread was interrupted: all is dropped as if the process had died
    void run(BooleanSupplier stop, Supplier<Duration> flushLimit) {
        try {
            consumer.subscribe(parts.mapping().topics(), this);
            while (!stop.getAsBoolean()) {
                turn();
            }
            flush(flushLimit.get());
            commitNow(lanes.values());
        } finally {
            lanes.values().forEach(lane -> lane.tenure().end());
            lanes.keySet().forEach(this::forget);
            lanes.clear();
        }
    }

    private void turn() {
        read();
        openLetters();
        dispatch(throttled);
        throttle();
        housekeeping(System.nanoTime());
    }

    /// Those that are there now: one that is put back waits for the next turn.
    private void openLetters() {
        for (int letters = mailbox.size(); letters > 0; letters--) {
            mailbox.remove().run();
        }
    }

    // --- reading

    private void read() {
        boolean idle = lanes.values().stream().allMatch(lane -> !lane.isLocating() && lane.isIdle());
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(idle ? IDLE_POLL : BUSY_POLL);
            if (!records.isEmpty()) {
                meters.sink().polled(records.count());
                records.partitions().forEach(partition -> accept(partition, records.records(partition)));
            }
        } catch (OffsetOutOfRangeException e) {
            // Retention has overtaken the sink, or the topic was made anew: judged as at the start.
            await(leave(e.partitions()));
            e.partitions().forEach(this::enter);
        }
    }

    private void accept(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        PartitionBuffer lane = lanes.get(partition);
        if (lane == null) {
            return;
        }
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            parts.mapping().row(record).ifPresent(row -> lane.add(row, now));
        }
        meters.sink().consumed(partition.topic(), records.size());
    }

    // --- writing

    private void dispatch(boolean pressed) {
        long now = System.nanoTime();
        for (PartitionBuffer lane : lanes.values()) {
            if (lane.isDue(limits, settings.flushInterval(), now, pressed)) {
                OptionalLong before = lane.status().highWaterMark();
                Batch batch = lane.take(limits);
                lane.working(submit(() -> {
                    if (parts.delivery().deliver(batch, before, lane.tenure(), pulse)) {
                        mailbox.add(() -> lane.delivered(batch));
                    } else if (!lane.tenure().isOver()) {
                        mailbox.add(() -> beginAgain(lane));
                    }
                }));
            }
        }
    }

    /// Memory is bounded over all partitions together: at the limit nothing more is read until half of it is stored. While ClickHouse refuses
    /// rows of a topic's table, no more of that topic is read, and what is held of it does not count, so that the others go on. So the
    /// limit holds for what flows, and at worst once more for each table that has come to a standstill.
    private void throttle() {
        Set<String> standing = lanes.values().stream().filter(PartitionBuffer::isInTrouble).map(lane -> lane.partition().topic())
                .collect(Collectors.toSet());
        long flowing = lanes.values().stream().filter(lane -> !standing.contains(lane.partition().topic())).mapToLong(PartitionBuffer::size)
                .sum();
        throttled = flowing >= (throttled ? settings.batchBytes() / 2 : settings.batchBytes());
        Set<TopicPartition> reading = lanes.values().stream().filter(PartitionBuffer::isReading).map(PartitionBuffer::partition)
                .collect(Collectors.toSet());
        Set<TopicPartition> waiting = reading.stream().filter(partition -> throttled || standing.contains(partition.topic()))
                .collect(Collectors.toSet());
        consumer.pause(waiting);
        reading.removeAll(waiting);
        consumer.resume(reading);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Future<?> submit(Work work) {
        return writers.submit(() -> {
            try {
                work.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                mailbox.add(() -> {
                    throw new IllegalStateException("a writer of the sink failed", e);
                });
            }
        });
    }

    // --- where to start

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        meters.sink().rebalanced();
        partitions.forEach(this::enter);
    }

    private PartitionBuffer enter(TopicPartition partition) {
        PartitionBuffer lane = new PartitionBuffer(partition, System.currentTimeMillis());
        lanes.put(partition, lane);
        // A position of our own at once, so that the consumer looks for none; it is not read from.
        consumer.seek(partition, 0);
        consumer.pause(Set.of(partition));
        locate(lane);
        return lane;
    }

    /// ClickHouse lost rows that it had stored: they are read again.
    private void beginAgain(PartitionBuffer lane) {
        if (lane.tenure().isOver()) {
            return;
        }
        TopicPartition partition = lane.partition();
        LOG.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                .log("ClickHouse came back with fewer rows than it had; what is missing is read again");
        long storedUpTo = lane.storedUpTo();
        leave(Set.of(partition));
        enter(partition).tenure().storedOnceBefore(storedUpTo);
    }

    private void locate(PartitionBuffer lane) {
        lane.working(submit(() -> parts.locator().locate(lane.partition(), lane.tenure())
                .ifPresent(found -> mailbox.add(() -> located(lane, found)))));
    }

    private void located(PartitionBuffer lane, StartOffsetResolver.Located found) {
        if (lane.tenure().isOver() || lane.isReading()) {
            return;
        }
        if (System.nanoTime() - askAgainAt < 0) {
            mailbox.add(() -> located(lane, found));
            return;
        }
        TopicPartition partition = lane.partition();
        Set<TopicPartition> only = Set.of(partition);
        try {
            long logStart = consumer.beginningOffsets(only, ASK_LIMIT).getOrDefault(partition, 0L);
            long logEnd = consumer.endOffsets(only, ASK_LIMIT).getOrDefault(partition, 0L);
            OffsetAndMetadata committed = consumer.committed(only, ASK_LIMIT).get(partition);
            if (committed != null) {
                lane.tenure().storedOnceBefore(committed.offset());
            }
            // What was stored in another database of the same name, before that was restored or made anew, says nothing of this one.
            OptionalLong known = committed == null || !committed.metadata().equals(found.database())
                    ? OptionalLong.empty()
                    : OptionalLong.of(committed.offset());
            start(lane, StartPoint.of(lane.partition(), found.mark(), known, logStart, logEnd), found);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            LOG.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                    .addKeyValue("detail", e.getMessage()).log("Kafka did not tell the log's offsets; asked again");
            askAgainAt = System.nanoTime() + ASK_AGAIN.toNanos();
            mailbox.add(() -> located(lane, found));
        }
    }

    private void start(PartitionBuffer lane, StartPoint point, StartOffsetResolver.Located found) {
        TopicPartition partition = lane.partition();
        switch (point) {
            case StartPoint.At(long offset, long missing) -> {
                if (missing > 0) {
                    LOG.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                            .addKeyValue("offset", offset).addKeyValue("missing", missing)
                            .log("Kafka's log begins behind the sink's start; what lay before is gone");
                }
                consumer.seek(partition, offset);
                consumer.resume(Set.of(partition));
                lane.reading(offset, found);
                committedAt = System.nanoTime() - COMMIT_INTERVAL.toNanos(); // at once, since nothing is stored before it
            }
            case StartPoint.Hold(String reason) -> {
                if (!(lane.state() instanceof PartitionBuffer.State.Held)) {
                    LOG.atError().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                            .addKeyValue("reason", reason).log("partition is held: it is not read until somebody has acted");
                }
                lane.held(reason, System.nanoTime());
            }
        }
    }

    // --- giving up partitions

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        meters.sink().rebalanced();
        List<PartitionBuffer> leaving = leave(partitions);
        await(leaving);
        commitNow(leaving);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        meters.sink().rebalanced();
        leave(partitions);
    }

    /// What is buffered is dropped; the successor reads it again.
    private List<PartitionBuffer> leave(Collection<TopicPartition> partitions) {
        List<PartitionBuffer> leaving = partitions.stream().filter(lanes::containsKey).map(lanes::remove).toList();
        for (PartitionBuffer lane : leaving) {
            lane.tenure().end();
            forget(lane.partition());
        }
        return leaving;
    }

    private void forget(TopicPartition partition) {
        meters.sink().lagUnknown(partition.topic(), partition.partition());
        meters.sink().sinkLagUnknown(partition.topic(), partition.partition());
    }

    private void await(Collection<PartitionBuffer> leaving) {
        long deadline = System.nanoTime() + HANDOVER.toNanos();
        for (PartitionBuffer lane : leaving) {
            if (lane.work().isPresent()) {
                try {
                    lane.work().get().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException | ExecutionException e) {
                    LOG.atWarn().addKeyValue("topic", lane.partition().topic()).addKeyValue("partition", lane.partition().partition())
                            .addKeyValue("detail", String.valueOf(e.getMessage()))
                            .log("left with an insert under way; the successor waits for it");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptException(e);
                }
            }
        }
    }

    private void flush(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline && lanes.values().stream().anyMatch(lane -> !lane.isIdle())) {
            dispatch(true);
            openLetters();
            confirm();
            LockSupport.parkNanos(BUSY_POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptException("interrupted while flushing");
            }
        }
    }

    /// While flushing nothing is polled, and so nothing is heard of what was committed later.
    private void confirm() {
        long now = System.nanoTime();
        if (now - committedAt >= COMMIT_INTERVAL.toNanos()) {
            committedAt = now;
            commit(lanes.values(), ASK_LIMIT);
        }
    }

    // --- once in a while

    private void housekeeping(long now) {
        if (now - reportedAt >= REPORT_INTERVAL.toNanos()) {
            reportedAt = now;
            lanes.values().forEach(this::update);
            report.accept(lanes.values().stream().collect(Collectors.toMap(PartitionBuffer::partition, PartitionBuffer::status)));
        }
        if (now - committedAt >= COMMIT_INTERVAL.toNanos()) {
            committedAt = now;
            commitLater();
        }
        for (PartitionBuffer lane : lanes.values()) {
            if (lane.state() instanceof PartitionBuffer.State.Held(_, long since) && now - since >= HELD_LOOK_AGAIN.toNanos()
                    && lane.work().map(Future::isDone).orElse(true)) {
                lane.held(lane.status().held().orElse(""), now);
                locate(lane);
            }
        }
    }

    private void update(PartitionBuffer lane) {
        TopicPartition partition = lane.partition();
        if (lane.isReading()) {
            long position = consumer.position(partition);
            OptionalLong behind = consumer.currentLag(partition);
            lane.read(position, behind.isPresent() ? OptionalLong.of(position + behind.getAsLong()) : OptionalLong.empty());
            lane.status().lag().ifPresent(lag -> meters.sink().lag(partition.topic(), partition.partition(), lag));
        }
        meters.sink().sinkLag(partition.topic(), partition.partition(), lane.behindMillis(System.currentTimeMillis()) / 1e3);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Collection<PartitionBuffer> lanes) {
        return lanes.stream().filter(PartitionBuffer::isReading)
                .collect(Collectors.toMap(PartitionBuffer::partition, lane -> new OffsetAndMetadata(lane.storedUpTo(), lane.database())));
    }

    /// For showing lag, for {@link StartPoint}, and because the group takes it only from a member whose partitions are its own.
    private void commitLater() {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(lanes.values());
        if (!offsets.isEmpty()) {
            long start = System.nanoTime();
            consumer.commitAsync(offsets, (_, failure) -> {
                if (failure == null) {
                    pulse.beat(start);
                    meters.sink().committed(Duration.ofNanos(System.nanoTime() - start));
                }
            });
        }
    }

    private void commitNow(Collection<PartitionBuffer> leaving) {
        openLetters();
        commit(leaving, KAFKA_LIMIT);
    }

    private void commit(Collection<PartitionBuffer> of, Duration limit) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(of);
        long start = System.nanoTime();
        try {
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, limit);
                pulse.beat(start);
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.atInfo().addKeyValue("detail", e.getMessage()).log("offsets not committed; ClickHouse knows where to go on");
        }
    }
}
