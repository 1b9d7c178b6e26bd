package com.fanfinity.analytics;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.ledger.Reconciler;
import com.fanfinity.analytics.ops.TopicSetup;
import com.fanfinity.analytics.pipeline.StreamsRunner;
import com.fanfinity.analytics.sink.SinkLoop;

/// What happens in the background once the port is bound: wait for Kafka, make the topics, start all that needs them.
final class Startup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final int RETRY_SECONDS = 2;

    private final TopicSetup topics;
    private final StreamsRunner streams;
    private final SinkLoop sink;
    private final Reconciler reconciler;
    private final Duration reconcileInterval;
    private final Housekeeping housekeeping;
    private final ClockWatch clockWatch;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int partitions;

    Startup(TopicSetup topics, StreamsRunner streams, SinkLoop sink, Reconciler reconciler, Duration reconcileInterval,
            Housekeeping housekeeping, ClockWatch clockWatch) {
        this.topics = topics;
        this.streams = streams;
        this.sink = sink;
        this.reconciler = reconciler;
        this.reconcileInterval = reconcileInterval;
        this.housekeeping = housekeeping;
        this.clockWatch = clockWatch;
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
            streams.start();
            sink.start();
            reconciler.start(reconcileInterval);
            housekeeping.start();
            clockWatch.start();
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
        housekeeping.close();
        clockWatch.close();
        reconciler.close();
    }
}
