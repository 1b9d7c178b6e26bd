package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.metrics.SinkMeters;
import com.fanfinity.analytics.rows.TopicMapping;

/// One membership of the sink in its consumer group, from `subscribe` to the last commit.
///
/// All of it runs on the poll thread. Work that waits for ClickHouse runs in {@link BackgroundTasks}, and its results
/// come back through the {@link Mailbox}. The poll thread never waits for ClickHouse, so the membership survives an
/// outage of ClickHouse.
final class PollLoop {

    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicMapping mapping;
    private final SinkMeters meters;
    private final Mailbox mailbox = new Mailbox();
    private final OffsetCommitter committer;
    private final PartitionStarter starter;
    private final PartitionAssignments assignments;
    private final BatchDispatcher dispatcher;
    private final ReadThrottle throttle;
    private final StatusReporter reporter;

    PollLoop(KafkaConsumer<byte[], byte[]> consumer, SinkDependencies shared, Settings.Sink settings, SinkMeters meters,
            ExecutorService threads, Consumer<Map<TopicPartition, SinkStatus.Partition>> statusReceiver) {
        this.consumer = consumer;
        this.mapping = shared.mapping();
        this.meters = meters;
        BackgroundTasks background = new BackgroundTasks(threads, mailbox);
        committer = new OffsetCommitter(consumer, meters);
        starter = new PartitionStarter(consumer, shared.startOffsets(), shared.topics(), background, mailbox);
        assignments = new PartitionAssignments(starter, committer, mailbox, meters);
        dispatcher = new BatchDispatcher(assignments, shared.topics(), shared.delivery(), background, mailbox,
                settings);
        throttle = new ReadThrottle(consumer, settings.batchBytes());
        reporter = new StatusReporter(consumer, meters, statusReceiver);
    }

    /// Runs until `stop` is true. Then it stores the buffered rows, as far as `flushLimit` allows, and commits the
    /// offsets.
    ///
    /// @throws InterruptException if the thread was interrupted: buffered rows are dropped as if the process had died
    void run(BooleanSupplier stop, Supplier<Duration> flushLimit) {
        try {
            consumer.subscribe(mapping.topics(), assignments);
            while (!stop.getAsBoolean()) {
                runOnce();
            }
            flush(flushLimit.get());
            mailbox.runPending();
            committer.commitFinal(assignments.buffers());
        } finally {
            assignments.endAll();
        }
    }

    private void runOnce() {
        poll();
        mailbox.runPending();
        dispatcher.dispatch(throttle.isFull());
        throttle.update(assignments.buffers());
        long now = System.nanoTime();
        reporter.reportIfDue(assignments.buffers(), now);
        committer.commitAsyncIfDue(assignments.buffers(), now);
        starter.recheckHeld(assignments.buffers(), now);
    }

    private void poll() {
        boolean idle = assignments.buffers().stream().allMatch(buffer -> !buffer.isLocating() && buffer.isIdle());
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(idle ? IDLE_POLL : BUSY_POLL);
            if (!records.isEmpty()) {
                meters.polled(records.count());
                records.partitions().forEach(partition -> add(partition, records.records(partition)));
            }
        } catch (LogTruncationException e) {
            assignments.holdTruncated(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            // Retention has overtaken the sink, or the topic was recreated: StartPoint decides, as at the start.
            assignments.reset(e.partitions());
        }
    }

    private void add(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        assignments.buffer(partition).ifPresent(buffer -> {
            long now = System.nanoTime();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                mapping.row(record).ifPresent(row -> buffer.add(row, now));
            }
            meters.consumed(partition.topic(), records.size());
        });
    }

    private void flush(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline && !assignments.buffers().stream().allMatch(PartitionBuffer::isIdle)) {
            dispatcher.dispatch(true);
            mailbox.runPending();
            committer.commitSyncIfDue(assignments.buffers());
            LockSupport.parkNanos(BUSY_POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptException("interrupted while flushing");
            }
        }
    }
}
