package com.fanfinity.analytics.app;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.kafka.TopicSetup;

/// What happens in the background once the port is bound: wait for Kafka, make the topics, start all that needs them.
final class Startup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final int RETRY_SECONDS = 2;

    private final TopicSetup topics;
    private final List<RoleComponent> parts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int partitions;

    Startup(TopicSetup topics, Collection<RoleComponent> parts) {
        this.topics = topics;
        this.parts = List.copyOf(parts);
    }

    void begin() {
        Thread.ofPlatform().daemon().name("startup").start(this::bringUp);
    }

    /// Of `match-events`; 0 until the topics are known to exist.
    int partitions() {
        return partitions;
    }

    private void bringUp() {
        try {
            while (!makeTopics()) {
                if (closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
            for (RoleComponent part : parts) {
                part.start();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean makeTopics() throws InterruptedException {
        try {
            partitions = topics.run();
            return true;
        } catch (ExecutionException | KafkaException e) {
            LOG.atWarn().addKeyValue("cause", String.valueOf(e.getCause() == null ? e : e.getCause()))
                    .addKeyValue("retrySeconds", RETRY_SECONDS)
                    .log("Kafka cannot be reached, or refuses the topics; trying again");
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
