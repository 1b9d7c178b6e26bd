package com.fanfinity.analytics;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.ops.Meters;
import com.fanfinity.analytics.ops.TopicSetup;
import com.fanfinity.analytics.pipeline.StreamsRunner;
import com.fanfinity.analytics.pipeline.StreamsStatus;
import com.fanfinity.analytics.sink.SinkLoop;

/// What happens in the background once the port is bound: wait for Kafka, make the topics, start the topology and the sink, then look after them.
final class Startup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    private static final int RETRY_SECONDS = 2;

    private final TopicSetup topics;
    private final StreamsRunner streams;
    private final StreamsStatus status;
    private final SinkLoop sink;
    private final Meters meters;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("housekeeping").factory());
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int partitions;

    Startup(TopicSetup topics, StreamsRunner streams, StreamsStatus status, SinkLoop sink, Meters meters) {
        this.topics = topics;
        this.streams = streams;
        this.status = status;
        this.sink = sink;
        this.meters = meters;
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
            var _ = scheduler.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
            var _ = scheduler.scheduleAtFixedRate(meters::dropIdleMatches, 1, 1, TimeUnit.HOURS);
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

    private void sample() {
        try {
            status.sample();
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("the streams' status cannot be sampled now");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        scheduler.shutdownNow();
    }
}
