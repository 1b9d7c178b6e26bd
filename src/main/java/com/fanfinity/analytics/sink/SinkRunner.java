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
import java.util.function.Function;
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
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.TopicMetadata;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.rows.TopicMapping;

/// Stores every committed record of the output topics in ClickHouse exactly once, whichever process dies at any moment.
///
/// 1. A batch is one INSERT, one block and one part, so ClickHouse stores it as a whole or not at all ({@link Batch},
///    {@link ClickHouseWriter}).
/// 2. Batches of a partition are stored one after another, so ClickHouse's highest offset means "everything up to
///    here". Every ownership of a partition starts after that offset ({@link StoredOffsets}). Kafka's committed offset
///    does not decide it.
/// 3. Every ownership begins with a claim on the partition. ClickHouse rejects the inserts of all earlier ones from
///    then on, whenever they arrive ({@link PartitionClaims}). So the group may be wrong about who owns a partition.
///    The claim also ends if the server restarts or its tables are replaced, since it may have lost rows.
/// 4. Within an ownership a batch is sent until it is acknowledged, with the same token, so that an attempt with an
///    unknown outcome is not stored twice. It gets another token only if ClickHouse knows the token but has no row of
///    the batch. In doubt, the sink asks ClickHouse for the rows ({@link Delivery}).
///
/// One thread polls ({@link PollLoop}). If it fails, a new membership begins after a pause.
public final class SinkRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkRunner.class);

    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(15);
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

    private final Settings settings;
    private final Function<Settings.Kafka, KafkaConsumer<byte[], byte[]>> consumers;
    private final Meters meters;
    private final ClickHouse clickHouse;
    private final Schema schema;
    private final TopicMetadata topicMetadata;
    private final SinkDependencies shared;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5),
            () -> ThreadLocalRandom.current().nextDouble());
    private final Incident clickHouseIncident = new Incident("clickhouse");
    private final Incident topicIncident = new Incident("topics");
    private final Incident loopIncident = new Incident("sink");
    private final CountDownLatch stopping = new CountDownLatch(1);
    /// One thread for each background task; a partition has at most one.
    private final ExecutorService background;
    private final Thread thread;
    private volatile Map<TopicPartition, SinkStatus.Partition> partitions = Map.of();
    private volatile Duration flushLimit = Duration.ZERO;

    /// Connects to nothing before {@link #start}.
    ///
    /// @throws IllegalArgumentException if the URL of ClickHouse is invalid
    public SinkRunner(Settings settings, Topics topics, Meters meters) {
        this(settings, topics, meters, writer -> writer, KafkaClients::sinkConsumer);
    }

    /// The last two parameters are for tests that inject faults.
    ///
    /// @param decorator wraps the writer
    /// @param consumers creates the consumer of each membership
    SinkRunner(Settings settings, Topics topics, Meters meters, UnaryOperator<BatchWriter> decorator,
            Function<Settings.Kafka, KafkaConsumer<byte[], byte[]>> consumers) {
        this.settings = settings;
        this.consumers = consumers;
        this.meters = meters;
        clickHouse = new ClickHouse(settings.clickHouse(), "fanfinity-sink");
        schema = new Schema(new Migrations(clickHouse, Migrations.bundled(clickHouse.database())));
        TopicMapping mapping = new TopicMapping(topics, meters.deadLetters());
        StoredOffsets storedOffsets = new StoredOffsets(clickHouse, mapping);
        InsertPermits permits = new InsertPermits();
        topicMetadata = new TopicMetadata(settings.kafka(), mapping.topics());
        BatchWriter writer = decorator
                .apply(TracedWriter.wrap(new ServerGuard(new ClickHouseWriter(clickHouse), schema)));
        shared = new SinkDependencies(mapping,
                new StartOffsetResolver(schema, new PartitionClaims(clickHouse), storedOffsets, permits, backoff,
                        clickHouseIncident),
                new TopicGuard(
                        new TopicRegistry(clickHouse, storedOffsets, mapping.topics(), topicMetadata, permits),
                        backoff, topicIncident),
                new Delivery(writer, storedOffsets,
                        new RejectionJudge(clickHouse, storedOffsets, new ParkingLimit(System::nanoTime)),
                        permits, backoff, clickHouseIncident, meters));
        background = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sink-writer-", 1).factory());
        thread = Thread.ofPlatform().name("sink").daemon().unstarted(this::run);
    }

    /// Returns at once, even if Kafka and ClickHouse are away. Must be called once.
    public void start() {
        background.execute(this::migrate);
        thread.start();
    }

    /// Safe to call at any time from any thread.
    public SinkStatus status() {
        Optional<String> held = partitions.values().stream().flatMap(partition -> partition.held().stream())
                .findFirst();
        Optional<String> degraded = Stream
                .of(clickHouseIncident.reason(), topicIncident.reason(), loopIncident.reason(), held)
                .flatMap(Optional::stream).findFirst();
        Optional<String> action = held.or(clickHouseIncident::requiredAction);
        return new SinkStatus(thread.isAlive(), schema.isApplied(), degraded, action, partitions);
    }

    /// Stores the buffered rows, commits and leaves the group. The successor reads rows again that are not stored in
    /// time.
    public void close(Duration limit) {
        Duration leave = limit.compareTo(LEAVE_LIMIT.multipliedBy(2)) < 0 ? limit.dividedBy(2) : LEAVE_LIMIT;
        flushLimit = limit.minus(leave);
        stopping.countDown();
        try {
            if (!thread.join(limit)) {
                LOG.atWarn().log("the sink did not stop in time and is interrupted");
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

    /// Drops everything as if the process had died, except that inserts in flight may complete.
    void abandon() {
        stopping.countDown();
        thread.interrupt();
        background.shutdownNow();
        topicMetadata.close();
        try {
            clickHouse.close();
        } catch (SQLException e) {
            LOG.atInfo().addKeyValue("detail", e.getMessage()).log("connection to ClickHouse not closed cleanly");
        }
    }

    private void run() {
        for (int failures = 1; stopping.getCount() > 0; failures++) {
            try {
                runMembership();
            } catch (InterruptException _) {
                return;
            } catch (RuntimeException | Error e) {
                loopIncident.recordFailure(thread, e);
                try {
                    stopping.await(backoff.after(failures).toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void runMembership() {
        KafkaConsumer<byte[], byte[]> consumer = consumers.apply(settings.kafka());
        KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(consumer);
        consumerMetrics.bindTo(meters.registry());
        boolean left = false;
        try {
            new PollLoop(consumer, shared, settings.sink(), meters.sink(), background, this::report)
                    .run(() -> stopping.getCount() == 0, () -> flushLimit);
            left = true;
        } finally {
            partitions = Map.of();
            boolean _ = Thread.interrupted();
            consumerMetrics.close();
            consumer.close(CloseOptions.timeout(left ? LEAVE_LIMIT : Duration.ZERO));
        }
    }

    private void report(Map<TopicPartition, SinkStatus.Partition> latest) {
        partitions = latest;
        loopIncident.resolve(thread);
    }

    /// Creates the schema before the first record arrives, so that analysts find their views.
    private void migrate() {
        try {
            for (int failures = 1; stopping.getCount() > 0 && !schema.isApplied(); failures++) {
                try {
                    schema.ensure();
                } catch (SQLException | Migrations.ChangedException | RuntimeException e) {
                    clickHouseIncident.recordFailure(schema, e);
                    stopping.await(backoff.after(failures).toMillis(), TimeUnit.MILLISECONDS);
                }
            }
            // This thread has applied it, or one that resolved a start offset.
            clickHouseIncident.resolve(schema);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
