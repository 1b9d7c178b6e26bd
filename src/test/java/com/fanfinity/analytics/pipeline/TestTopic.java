package com.fanfinity.analytics.pipeline;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;

/// `match-events` in a test: one partition, until the test changes it.
final class TestTopic implements SourceTopic {

    private Uuid id = Uuid.randomUuid();
    private int partitions = 1;
    private int now = 1;
    private boolean answers = true;
    private int questions;
    private long firstOffset;

    /// Sets the number of partitions that the service found at its start.
    void partitions(int number) {
        partitions = number;
        now = number;
    }

    /// Adds partitions while the service runs.
    void grow(int number) {
        now = number;
    }

    void recreate() {
        id = Uuid.randomUuid();
    }

    void answers(boolean answers) {
        this.answers = answers;
    }

    /// The number of questions to the cluster since the last call.
    int questions() {
        int asked = questions;
        questions = 0;
        return asked;
    }

    /// Kafka has deleted the records before this offset.
    void deleteBefore(long offset) {
        firstOffset = offset;
    }

    @Override
    public long firstOffset(int partition) {
        return firstOffset;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public TopicDescription describe() {
        questions++;
        if (!answers) {
            throw new TimeoutException("the cluster does not answer");
        }
        return new TopicDescription(id, now);
    }

    @Override
    public boolean mayHaveChanged(Uuid before) {
        return !id.equals(before);
    }
}
