package com.fanfinity.analytics.sink;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.clickhouse.Schema;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.Backoff;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;

/// The way from Kafka to ClickHouse: every committed record of the output topics is stored exactly once, whatever dies in between.
///
/// 1. A batch is one INSERT, one block, one part: stored as a whole or not at all ({@link Batch}, {@link ClickHouseWriter}).
/// 2. Batches of a partition are stored one after another, so ClickHouse's highest offset says "all up to here". Every tenure of a partition
///    starts behind it, after the predecessor's last insert has ended ({@link HighWaterMark}). Kafka's committed offset is not asked.
/// 3. Within a tenure a batch is sent until it is acknowledged, with the same token each time, so that a try whose outcome is unknown is not
///    stored twice; and when in doubt the rows are looked for ({@link Delivery}).
/// 4. No insert starts when the group may have given the partition away ({@link Pulse}, {@link Tenure}): with Kafka away for
///    {@link SinkConsumer#SESSION_TIMEOUT half a session timeout}, what was read waits.
///
/// What remains: a process that is stopped between the look at its pulse and the first byte of the insert, for longer than the session
/// timeout, and sends then. The token catches it if the successor cut the same batch; else ReplacingMergeTree when parts merge.
public final class SinkLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);

    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(15);
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

    private final Settings settings;
    private final Meters meters;
    private final ClickHouse clickHouse;
    private final Schema schema;
    private final SinkParts parts;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5),
            () -> ThreadLocalRandom.current().nextDouble());
    private final Incident clickHouseIncident = new Incident("clickhouse");
    private final Incident loopIncident = new Incident("sink");
    private final CountDownLatch stopping = new CountDownLatch(1);
    /// A thread for each piece of work; no partition has more than one.
    private final ExecutorService writers;
    private final Thread thread;
    private volatile Map<TopicPartition, SinkStatus.Partition> partitions = Map.of();
    private volatile Duration flushLimit = Duration.ZERO;

    /// Nothing is contacted before {@link #start}.
    ///
    /// @throws IllegalArgumentException if the URL of ClickHouse cannot be used
    public SinkLoop(Settings settings, Topics topics, Meters meters) {
        this(settings, topics, meters, writer -> writer);
    }

    /// @param around what a test puts around the writer
    SinkLoop(Settings settings, Topics topics, Meters meters, UnaryOperator<BatchWriter> around) {
        this.settings = settings;
        this.meters = meters;
        clickHouse = new ClickHouse(settings.clickHouse(), "fanfinity-sink");
        schema = new Schema(new Migrations(clickHouse, Migrations.bundled(clickHouse.database())));
        Mapping mapping = new Mapping(topics, meters);
        HighWaterMark mark = new HighWaterMark(clickHouse, mapping);
        InsertPermits slots = new InsertPermits();
        parts = new SinkParts(mapping, new StartOffsetResolver(schema, mark, slots, backoff, clickHouseIncident),
                new Delivery(around.apply(TracedWriter.around(new ClickHouseWriter(clickHouse))), mark, slots, backoff, clickHouseIncident,
                        meters));
        writers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sink-writer-", 1).factory());
        thread = Thread.ofPlatform().name("sink").daemon().unstarted(this::run);
    }

    /// Returns at once; Kafka and ClickHouse may be away. To be called once.
    public void start() {
        writers.execute(this::migrate);
        thread.start();
    }

    /// Safe to call at any time, from any thread.
    public SinkStatus status() {
        Optional<String> held = partitions.values().stream().flatMap(partition -> partition.held().stream()).findFirst();
        Optional<String> degraded = Stream.of(clickHouseIncident.reason(), loopIncident.reason(), held).flatMap(Optional::stream)
                .findFirst();
        return new SinkStatus(thread.isAlive(), schema.isApplied(), degraded, partitions);
    }

    /// Stores what has been read, commits, leaves the group. What is not stored in time is read again by whoever comes next.
    public void close(Duration limit) {
        Duration leave = limit.compareTo(LEAVE_LIMIT.multipliedBy(2)) < 0 ? limit.dividedBy(2) : LEAVE_LIMIT;
        flushLimit = limit.minus(leave);
        stopping.countDown();
        try {
            if (!thread.join(limit)) {
                LOG.atWarn().log("the sink did not end in time and is cut off");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            abandon();
        }
    }

    @Override
    public void close() {
        close(DEFAULT_CLOSE);
    }

    /// Drops everything as if the process had died, save that its inserts under way may end.
    void abandon() {
        stopping.countDown();
        thread.interrupt();
        writers.shutdownNow();
        try {
            clickHouse.close();
        } catch (SQLException e) {
            LOG.atInfo().addKeyValue("detail", e.getMessage()).log("connection to ClickHouse not closed cleanly");
        }
    }

    private void run() {
        for (int failures = 1; stopping.getCount() > 0; failures++) {
            try {
                session();
            } catch (InterruptException _) {
                return;
            } catch (RuntimeException | Error e) {
                loopIncident.goesOn(thread, e);
                try {
                    stopping.await(backoff.after(failures).toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void session() {
        KafkaConsumer<byte[], byte[]> consumer = SinkConsumer.create(settings.kafka());
        KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(consumer);
        consumerMetrics.bindTo(meters.registry());
        boolean left = false;
        try {
            new SinkSession(consumer, parts, settings.sink(), meters, writers, this::report)
                    .run(() -> stopping.getCount() == 0, () -> flushLimit);
            left = true;
        } finally {
            partitions = Map.of();
            boolean _ = Thread.interrupted();
            consumerMetrics.close();
            consumer.close(CloseOptions.timeout(left ? LEAVE_LIMIT : Duration.ZERO));
        }
    }

    private void report(Map<TopicPartition, SinkStatus.Partition> now) {
        partitions = now;
        loopIncident.isOver(thread);
    }

    /// The schema is there before the first record is, so that analysts find their views.
    private void migrate() {
        try {
            for (int failures = 1; stopping.getCount() > 0 && !schema.isApplied(); failures++) {
                try {
                    schema.ensure();
                } catch (SQLException | Migrations.ChangedException | RuntimeException e) {
                    clickHouseIncident.goesOn(schema, e);
                    stopping.await(backoff.after(failures).toMillis(), TimeUnit.MILLISECONDS);
                }
            }
            // By this thread or by one that looked where to start.
            clickHouseIncident.isOver(schema);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
