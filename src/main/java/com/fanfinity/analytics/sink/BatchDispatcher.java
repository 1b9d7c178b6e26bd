package com.fanfinity.analytics.sink;

import java.util.OptionalLong;

import com.fanfinity.analytics.config.Settings;

/// Cuts due batches from the partition buffers and hands them to {@link Delivery}, at most one per partition at a time.
///
/// Used by the poll thread alone.
final class BatchDispatcher {

    private final PartitionAssignments assignments;
    private final TopicGuard topics;
    private final Delivery delivery;
    private final BackgroundTasks background;
    private final Mailbox mailbox;
    private final Settings.Sink settings;
    private final Batch.Limits limits;

    BatchDispatcher(PartitionAssignments assignments, TopicGuard topics, Delivery delivery, BackgroundTasks background,
            Mailbox mailbox, Settings.Sink settings) {
        this.assignments = assignments;
        this.topics = topics;
        this.delivery = delivery;
        this.background = background;
        this.mailbox = mailbox;
        this.settings = settings;
        this.limits = new Batch.Limits(settings.batchRows(), settings.batchBytes());
    }

    /// @param immediately whether rows are sent even if their batch is neither full nor old enough
    void dispatch(boolean immediately) {
        long now = System.nanoTime();
        for (PartitionBuffer buffer : assignments.buffers()) {
            if (buffer.isDue(limits, settings.flushInterval(), now, immediately)) {
                send(buffer);
            }
        }
    }

    private void send(PartitionBuffer buffer) {
        OptionalLong before = buffer.status().highWaterMark();
        String topicId = buffer.topicId();
        long readNanos = buffer.newestNanos();
        Batch batch = buffer.drainBatch(limits);
        buffer.setTask(background.submit(() -> {
            if (!topics.isFrom(topicId, batch, readNanos, buffer.ownership())) {
                mailbox.post(() -> assignments.restartAfterRecreation(buffer));
                return;
            }
            Delivery.Result result = delivery.deliver(batch, before, buffer.ownership());
            mailbox.post(() -> {
                switch (result) {
                    case STORED -> buffer.completeBatch(batch);
                    case STORED_ROWS_LOST -> assignments.restartAfterLoss(buffer);
                    case SUPERSEDED -> assignments.restartIfMember(buffer);
                    case GIVEN_UP -> {
                        // The successor reads the rows again.
                    }
                }
            });
        }));
    }
}
