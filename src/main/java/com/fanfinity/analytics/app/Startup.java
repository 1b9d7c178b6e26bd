package com.fanfinity.analytics.app;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.kafka.KafkaRefusal;
import com.fanfinity.analytics.kafka.TopicSetup;
import com.fanfinity.analytics.kafka.UnsafeTopicException;

/// Start-up in the background after the port is bound: waits for Kafka, creates and checks the topics, then starts the
/// roles.
final class Startup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final int RETRY_SECONDS = 2;

    private final TopicSetup topics;
    private final List<RoleComponent> components;
    private final PartitionCount partitions;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String obstacle = "waiting for Kafka";

    Startup(TopicSetup topics, Collection<RoleComponent> components, PartitionCount partitions) {
        this.topics = topics;
        this.components = List.copyOf(components);
        this.partitions = partitions;
    }

    void start() {
        Thread.ofPlatform().daemon().name("startup").start(this::startComponents);
    }

    /// Why the topics are not usable yet, for people.
    String obstacle() {
        return obstacle;
    }

    private void startComponents() {
        try {
            while (!createTopics()) {
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
            for (RoleComponent component : components) {
                component.start();
            }
            while (!checkChangelogs()) {
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Streams creates its topics after the first start of the role streams.
    private boolean checkChangelogs() throws InterruptedException {
        try {
            return topics.checkChangelogs();
        } catch (ExecutionException | KafkaException | UnsafeTopicException e) {
            LOG.atError().addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .addKeyValue("retrySeconds", RETRY_SECONDS)
                    .log("cannot check the topics of Kafka Streams; trying again");
            return false;
        }
    }

    private boolean createTopics() throws InterruptedException {
        try {
            partitions.set(topics.run());
            return true;
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .addKeyValue("retrySeconds", RETRY_SECONDS)
                    .log("cannot reach Kafka or create the topics; trying again");
            obstacle = KafkaRefusal.reason(e).orElse("waiting for Kafka");
            return false;
        } catch (UnsafeTopicException e) {
            LOG.atError().addKeyValue("cause", e.reason()).addKeyValue("retrySeconds", RETRY_SECONDS)
                    .log("the start is refused until a setting of a topic is changed");
            obstacle = e.reason();
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
