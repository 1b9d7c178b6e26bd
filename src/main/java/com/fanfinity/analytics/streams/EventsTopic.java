package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.errors.StreamsException;

import com.fanfinity.analytics.pipeline.SourceTopic;

/// Describes `match-events` through the admin client.
public final class EventsTopic implements SourceTopic {

    private final Admin admin;
    private final String name;
    private final IntSupplier partitions;

    /// @param admin its time limit bounds {@link #describe}
    /// @param partitions the number that was found at the start
    public EventsTopic(Admin admin, String name, IntSupplier partitions) {
        this.admin = admin;
        this.name = name;
        this.partitions = partitions;
    }

    @Override
    public int partitions() {
        int number = partitions.getAsInt();
        if (number == 0) {
            throw new StreamsException("the number of partitions of " + name + " is not known yet");
        }
        return number;
    }

    @Override
    public TopicDescription describe() {
        try {
            var topic = requireNonNull(admin.describeTopics(List.of(name)).allTopicNames().get().get(name));
            return new TopicDescription(topic.topicId(), topic.partitions().size());
        } catch (ExecutionException e) {
            throw new StreamsException("cannot describe the topic " + name, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
