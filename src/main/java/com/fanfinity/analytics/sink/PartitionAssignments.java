package com.fanfinity.analytics.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.metrics.SinkMeters;

/// The partitions that the group has assigned to this member, each with its buffer. Each assignment of a partition is
/// a new {@link PartitionOwnership} with an empty buffer; {@link PartitionStarter} finds where it begins.
///
/// Used by the poll thread alone: the consumer calls the listener's methods within `poll` and `close`.
final class PartitionAssignments implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionAssignments.class);

    /// How long a revoked partition waits for its insert in flight. After that, the successor waits for it.
    static final Duration HANDOVER_LIMIT = Duration.ofSeconds(5);

    private final PartitionStarter starter;
    private final OffsetCommitter committer;
    private final Mailbox mailbox;
    private final SinkMeters meters;
    private final Map<TopicPartition, PartitionBuffer> buffers = new HashMap<>();

    PartitionAssignments(PartitionStarter starter, OffsetCommitter committer, Mailbox mailbox, SinkMeters meters) {
        this.starter = starter;
        this.committer = committer;
        this.mailbox = mailbox;
        this.meters = meters;
    }

    Collection<PartitionBuffer> buffers() {
        return buffers.values();
    }

    Optional<PartitionBuffer> buffer(TopicPartition partition) {
        return Optional.ofNullable(buffers.get(partition));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        meters.rebalanced();
        partitions.forEach(this::enter);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        meters.rebalanced();
        List<PartitionBuffer> leaving = leave(partitions);
        awaitInserts(leaving);
        mailbox.runPending();
        committer.commitFinal(leaving);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        meters.rebalanced();
        leave(partitions);
    }

    /// Starts the partitions again from the rows in ClickHouse, once their inserts in flight have ended.
    void reset(Collection<TopicPartition> partitions) {
        awaitInserts(leave(partitions));
        partitions.forEach(this::enter);
    }

    /// The logs of the partitions were cut before the positions of this sink.
    void holdTruncated(Collection<TopicPartition> partitions) {
        awaitInserts(leave(partitions));
        for (TopicPartition partition : partitions) {
            PartitionBuffer buffer = new PartitionBuffer(partition, System.currentTimeMillis());
            buffers.put(partition, buffer);
            starter.startTruncated(buffer);
        }
    }

    /// ClickHouse has lost rows that it had stored, so the partition is read again from its new highest offset.
    void restartAfterLoss(PartitionBuffer buffer) {
        if (!buffer.ownership().hasEnded()) {
            restart(buffer,
                    "ClickHouse has fewer rows than it had acknowledged; the sink reads the missing ones again");
        }
    }

    /// The claim on the partition no longer holds. Another sink may have made a newer one, so this one may have lost
    /// the partition without knowing. Claims it again once the group has accepted a commit of this member, which proves
    /// that it still owns the partition.
    void restartIfMember(PartitionBuffer buffer) {
        meters.superseded();
        committer.expedite();
        restartAfterCommit(buffer, System.nanoTime());
    }

    private void restartAfterCommit(PartitionBuffer buffer, long sinceNanos) {
        if (buffer.ownership().hasEnded()) {
            return;
        }
        if (committer.hasAcceptedCommitSince(sinceNanos)) {
            restart(buffer, "the claim on the partition no longer held: another sink had claimed it, or ClickHouse was "
                    + "restarted or restored; this sink still owns the partition and claims it again");
        } else {
            mailbox.post(() -> restartAfterCommit(buffer, sinceNanos));
        }
    }

    private void restart(PartitionBuffer buffer, String reason) {
        TopicPartition partition = buffer.partition();
        LOG.atWarn().addKeyValue("topic", partition.topic()).addKeyValue("partition", partition.partition())
                .log(reason);
        leave(Set.of(partition));
        enter(partition);
    }

    /// The topic was deleted and created again while it was read. {@link StartPoint} decides, as at the start.
    void restartAfterRecreation(PartitionBuffer buffer) {
        if (!buffer.ownership().hasEnded()) {
            reset(Set.of(buffer.partition()));
        }
    }

    /// Ends all ownerships. Inserts in flight may still end; no other starts.
    void endAll() {
        buffers.values().forEach(buffer -> buffer.ownership().end());
        buffers.keySet().forEach(this::removeMeters);
        buffers.clear();
    }

    private void enter(TopicPartition partition) {
        PartitionBuffer buffer = new PartitionBuffer(partition, System.currentTimeMillis());
        buffers.put(partition, buffer);
        starter.start(buffer);
    }

    /// Drops the buffered rows; the successor reads them again.
    private List<PartitionBuffer> leave(Collection<TopicPartition> partitions) {
        List<PartitionBuffer> leaving = partitions.stream().filter(buffers::containsKey).map(buffers::remove).toList();
        for (PartitionBuffer buffer : leaving) {
            buffer.ownership().end();
            removeMeters(buffer.partition());
        }
        return leaving;
    }

    private void removeMeters(TopicPartition partition) {
        meters.lagUnknown(partition.topic(), partition.partition());
        meters.sinkLagUnknown(partition.topic(), partition.partition());
    }

    private static void awaitInserts(Collection<PartitionBuffer> leaving) {
        long deadline = System.nanoTime() + HANDOVER_LIMIT.toNanos();
        for (PartitionBuffer buffer : leaving) {
            if (buffer.task().isPresent()) {
                try {
                    buffer.task().get().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException | ExecutionException e) {
                    TopicPartition partition = buffer.partition();
                    LOG.atWarn().addKeyValue("topic", partition.topic())
                            .addKeyValue("partition", partition.partition())
                            .addKeyValue("detail", String.valueOf(e.getMessage()))
                            .log("partition given up with an insert in flight; the successor waits for it");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptException(e);
                }
            }
        }
    }
}
