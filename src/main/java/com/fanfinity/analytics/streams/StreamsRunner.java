package com.fanfinity.analytics.streams;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.KafkaClients;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.DeadLetters;
import com.fanfinity.analytics.pipeline.PoisonHandler;
import com.fanfinity.analytics.pipeline.PublishQueue;

/// Runs the topology in this process: configuration, start, replacement of failed threads, close.
public final class StreamsRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);

    /// A pause, so that a thread that fails immediately again does not spin.
    private static final Duration PAUSE_BEFORE_REPLACEMENT = Duration.ofSeconds(1);

    /// Longer than a replaced thread needs to fail again for the same reason.
    private static final Duration RECENT = Duration.ofSeconds(30);

    /// The broker answers a fetch when it has so many bytes, or after this time.
    private static final int FETCH_WAIT_MILLIS = 20;
    private static final int FETCH_BYTES = 64 << 10;

    private static final Duration NO_TASKS_ACCEPTED_AFTER = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final AtomicLong runningSince = new AtomicLong();
    private final AtomicBoolean hasRun = new AtomicBoolean();
    private final RestoreProgress restore;
    private final StandbyWarmUp warmUp = new StandbyWarmUp(System::nanoTime);
    private volatile OptionalLong standbyLag = OptionalLong.empty();
    private volatile OptionalLong threadFailedAt = OptionalLong.empty();

    public StreamsRunner(Topology topology, Settings settings, Meters meters) {
        Properties properties = properties(settings);
        properties.put(PoisonHandler.METERS, meters);
        this.streams = new SafeMetricsStreams(topology, properties);
        this.restore = new RestoreProgress(meters.streams()::restored);
        meters.streams().restoreRemaining(restore::records);
        streams.setGlobalStateRestoreListener(restore);
        streams.setUncaughtExceptionHandler(failure -> {
            meters.streams().streamThreadFailed();
            threadFailedAt = OptionalLong.of(System.nanoTime());
            return replaceThread(failure);
        });
        streams.setStateListener((now, before) -> {
            LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("streams changed state");
            if (now == KafkaStreams.State.RUNNING) {
                runningSince.set(System.nanoTime());
                hasRun.set(true);
            }
        });
    }

    public void start() {
        streams.start();
    }

    public KafkaStreams streams() {
        return streams;
    }

    /// Whether Streams has reached the state RUNNING since the start. After that, any other state means a rebalance or
    /// a fault.
    public boolean hasRun() {
        return hasRun.get();
    }

    /// Checks whether this instance has partitions and can read them, and whether its standbys have caught up once.
    ///
    /// A new member is RUNNING for a moment before it gets any partition. A member without a partition after 30 s is
    /// ready too: there are more instances than partitions. Streams is RUNNING only when all active tasks are restored.
    public Readiness checkReadiness() {
        KafkaStreams.State state = streams.state();
        if (state != KafkaStreams.State.RUNNING) {
            return restore.stores() > 0
                    ? new Readiness.Restoring(restore.records(), restore.stores())
                    : new Readiness.NotRunning(state);
        }
        Set<ThreadMetadata> threads = streams.metadataForLocalThreads();
        boolean isServing = threads.stream().anyMatch(thread -> !thread.activeTasks().isEmpty())
                || System.nanoTime() - runningSince.get() > NO_TASKS_ACCEPTED_AFTER.toNanos();
        if (!isServing) {
            return new Readiness.Unassigned();
        }
        boolean hasStandbys = threads.stream().anyMatch(thread -> !thread.standbyTasks().isEmpty());
        OptionalLong lag = hasStandbys ? standbyLag : OptionalLong.of(0);
        return warmUp.update(lag) ? new Readiness.Ready() : new Readiness.WarmingUp(lag);
    }

    /// Refreshes the lag of the standbys during their warm-up. Call this every second.
    public void sample() {
        if (!warmUp.isFinished() && streams.state() == KafkaStreams.State.RUNNING) {
            Set<Integer> standbys = streams.metadataForLocalThreads().stream()
                    .flatMap(thread -> thread.standbyTasks().stream())
                    .map(task -> task.taskId().partition()).collect(Collectors.toSet());
            standbyLag = OptionalLong.of(streams.allLocalStorePartitionLags().values().stream()
                    .flatMap(store -> store.entrySet().stream())
                    .filter(partition -> standbys.contains(partition.getKey()))
                    .mapToLong(partition -> partition.getValue().offsetLag()).sum());
            var _ = checkReadiness();
        }
    }

    /// Whether a stream thread failed in the last 30 s. Its replacement may work, or fail too.
    public boolean threadFailedRecently() {
        OptionalLong failedAt = threadFailedAt;
        return failedAt.isPresent() && System.nanoTime() - failedAt.getAsLong() < RECENT.toNanos();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /// Commits the processed records and leaves the group.
    ///
    /// @return false if this took longer than the timeout
    public boolean close(Duration timeout) {
        return streams.close(timeout);
    }

    private static StreamThreadExceptionResponse replaceThread(Throwable failure) {
        LOG.atError().setCause(failure).log("a stream thread failed; a new one replaces it");
        LockSupport.parkNanos(PAUSE_BEFORE_REPLACEMENT.toNanos());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /// The names of the changelog topics of all stores.
    public static List<String> changelogs(Topology topology, Settings.Kafka kafka) {
        return topology.describe().subtopologies().stream().flatMap(part -> part.nodes().stream())
                .filter(TopologyDescription.Processor.class::isInstance)
                .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream()).distinct().sorted()
                .map(store -> KafkaClients.streamsGroup(kafka) + '-' + store + "-changelog").toList();
    }

    public static Properties properties(Settings settings) {
        Settings.Streams streams = settings.streams();
        Properties properties = new Properties();
        properties.putAll(KafkaClients.common(settings.kafka()));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, KafkaClients.streamsGroup(settings.kafka()));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        // The state of a killed process stays usable: it never has changes of a transaction that was not committed.
        properties.put(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, true);
        // Prometheus scrapes the metrics. Other readers would also read those that SafeMetricsStreams hides.
        properties.put(StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        if (!settings.internal().secret().isEmpty()) {
            properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG,
                    settings.internal().advertisedHost() + ':' + settings.internal().port());
        }
        properties.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDir().toAbsolutePath().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, streams.commitInterval().toMillis());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, streams.cacheBytes());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.kafka().replicationFactor());
        if (settings.kafka().replicationFactor() >= 3) {
            // Not with the brokers' default: a group refuses members whose changelogs have other settings than before.
            // TopicSetup then sets the value on the topics.
            properties.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbBudget.class);
        properties.put(RocksDbBudget.BYTES, streams.rocksDbBytes());
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonHandler.class);
        properties.put(PoisonHandler.DEAD_TOPIC, new Topics(settings.kafka().topicPrefix()).dead());
        // A thread does not punctuate while it polls.
        properties.put(StreamsConfig.POLL_MS_CONFIG, PublishQueue.tick(streams.publishInterval()).toMillis());
        // Consumers read records only after the commit, and the commit flushes. Until then the batches can fill.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                (int) streams.commitInterval().toMillis());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                DeadLetters.MAX_RECORD_BYTES);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1_000);
        // Without these, each event is one fetch request until the thread falls behind; such requests took half of the
        // processors' time.
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), FETCH_BYTES);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MILLIS);
        return properties;
    }
}
