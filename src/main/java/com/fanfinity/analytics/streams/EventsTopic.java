package com.fanfinity.analytics.streams;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.pipeline.SourceTopic;

/// Describes `match-events` through the admin client.
public final class EventsTopic implements SourceTopic {

    private static final Logger LOG = LoggerFactory.getLogger(EventsTopic.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOOK_LIMIT = Duration.ofMillis(500);

    private final Admin admin;
    private final String name;
    private final IntSupplier partitions;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime() - LOOK_INTERVAL.toNanos());
    private volatile @Nullable Uuid lastSeen;

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
        return answer(description());
    }

    private KafkaFuture<TopicDescription> description() {
        return admin.describeTopics(List.of(name)).allTopicNames().thenApply(topics -> {
            var topic = requireNonNull(topics.get(name));
            return new TopicDescription(topic.topicId(), topic.partitions().size());
        });
    }

    @Override
    public long firstOffset(int partition) {
        TopicPartition asked = new TopicPartition(name, partition);
        return answer(admin.listOffsets(Map.of(asked, OffsetSpec.earliest())).partitionResult(asked)).offset();
    }

    private <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get();
        } catch (ExecutionException e) {
            throw new StreamsException("cannot describe the topic " + name, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public boolean mayHaveChanged(Uuid id) {
        long last = lookedAt.get();
        long now = System.nanoTime();
        if (now - last >= LOOK_INTERVAL.toNanos() && lookedAt.compareAndSet(last, now)) {
            refresh();
        }
        Uuid seen = lastSeen;
        return seen != null && !seen.equals(id);
    }

    /// A failure is no reason to stop, since the next look may succeed. A step that throws another exception than
    /// Kafka's buries its record, and a closed client throws one.
    private void refresh() {
        try {
            lastSeen = description().get(LOOK_LIMIT.toMillis(), TimeUnit.MILLISECONDS).id();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            LOG.atWarn().addKeyValue("topic", name).addKeyValue("cause", e)
                    .log("cannot check whether the topic was created again; trying again in a second");
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
