package com.fanfinity.analytics.streams;

import java.time.Duration;
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
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.pipeline.DeadLetters;
import com.fanfinity.analytics.pipeline.PoisonHandler;
import com.fanfinity.analytics.pipeline.PublishQueue;

/// Runs the topology in this process: settings, start, replacement of failed threads, close.
public final class StreamsRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);

    /// A thread that fails at once again must not spin.
    private static final Duration PAUSE_BEFORE_REPLACEMENT = Duration.ofSeconds(1);

    /// Longer than a thread that fails at once again needs to do so.
    private static final Duration LATELY = Duration.ofSeconds(30);

    /// How long events wait in the broker for others to come along, and for how many bytes at most.
    private static final int FETCH_WAIT_MILLIS = 20;
    private static final int FETCH_BYTES = 64 << 10;

    private static final Duration NO_TASKS_ACCEPTED_AFTER = Duration.ofSeconds(30);

    private final StateLeftovers leftovers;
    private final KafkaStreams streams;
    private final AtomicLong runningSince = new AtomicLong();
    private final AtomicBoolean ranOnce = new AtomicBoolean();
    private final RestoreProgress restoring;
    private final StandbyWarmUp warmUp = new StandbyWarmUp(System::nanoTime);
    private volatile OptionalLong standbysBehind = OptionalLong.empty();
    private volatile OptionalLong threadFailedAt = OptionalLong.empty();

    public StreamsRunner(Topology topology, Settings settings, Meters meters) {
        Properties properties = properties(settings);
        properties.put(PoisonHandler.METERS, meters);
        this.leftovers = new StateLeftovers(settings.streams().stateDir().toAbsolutePath().resolve(applicationId(settings.kafka())));
        leftovers.remove();
        this.streams = new KafkaStreams(topology, properties);
        this.restoring = new RestoreProgress(meters.streams()::restored);
        meters.streams().restoreRemaining(restoring::records);
        streams.setGlobalStateRestoreListener(restoring);
        streams.setUncaughtExceptionHandler(failure -> {
            meters.streams().streamThreadFailed();
            threadFailedAt = OptionalLong.of(System.nanoTime());
            return replaceThread(failure);
        });
        streams.setStateListener((now, before) -> {
            LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("streams changed state");
            if (now == KafkaStreams.State.RUNNING) {
                runningSince.set(System.nanoTime());
                ranOnce.set(true);
            }
        });
    }

    public void start() {
        streams.start();
    }

    public KafkaStreams streams() {
        return streams;
    }

    /// Whether the state RUNNING was ever reached: from then on its absence is a rebalance or a fault, not the start.
    public boolean ranOnce() {
        return ranOnce.get();
    }

    /// Whether this instance has partitions and can read them, and has once had standbys that could take over.
    ///
    /// A new member is RUNNING for a moment before it is given any partition; one that is given none for a while (there are more instances
    /// than partitions) has nothing to wait for. The streams are RUNNING only when all active tasks are restored.
    public Readiness readiness() {
        KafkaStreams.State state = streams.state();
        if (state != KafkaStreams.State.RUNNING) {
            return restoring.stores() > 0
                    ? new Readiness.Restoring(restoring.records(), restoring.stores())
                    : new Readiness.NotRunning(state);
        }
        Set<ThreadMetadata> threads = streams.metadataForLocalThreads();
        boolean isServing = threads.stream().anyMatch(thread -> !thread.activeTasks().isEmpty())
                || System.nanoTime() - runningSince.get() > NO_TASKS_ACCEPTED_AFTER.toNanos();
        if (!isServing) {
            return new Readiness.Unassigned();
        }
        boolean hasStandbys = threads.stream().anyMatch(thread -> !thread.standbyTasks().isEmpty());
        OptionalLong behind = hasStandbys ? standbysBehind : OptionalLong.of(0);
        return warmUp.look(behind) ? new Readiness.Ready() : new Readiness.WarmingUp(behind);
    }

    /// Asks Kafka how far the standbys are, as long as they are waited for; to be called every second.
    public void sample() {
        if (!warmUp.isOver() && streams.state() == KafkaStreams.State.RUNNING) {
            Set<Integer> standbys = streams.metadataForLocalThreads().stream().flatMap(thread -> thread.standbyTasks().stream())
                    .map(task -> task.taskId().partition()).collect(Collectors.toSet());
            standbysBehind = OptionalLong.of(streams.allLocalStorePartitionLags().values().stream()
                    .flatMap(store -> store.entrySet().stream()).filter(partition -> standbys.contains(partition.getKey()))
                    .mapToLong(partition -> partition.getValue().offsetLag()).sum());
            var _ = readiness();
        }
    }

    /// Whether a stream thread failed in the last half minute; its successor may be well, or fail too.
    public boolean threadFailedLately() {
        OptionalLong failedAt = threadFailedAt;
        return failedAt.isPresent() && System.nanoTime() - failedAt.getAsLong() < LATELY.toNanos();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /// Commits what was processed and leaves.
    ///
    /// @return false if it took longer than that
    public boolean close(Duration timeout) {
        boolean closed = streams.close(timeout);
        if (closed) {
            leftovers.closedInOrder();
        }
        return closed;
    }

    private static StreamThreadExceptionResponse replaceThread(Throwable failure) {
        LOG.atError().setCause(failure).log("a stream thread failed and is replaced");
        LockSupport.parkNanos(PAUSE_BEFORE_REPLACEMENT.toNanos());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /// The application id, and so the prefix of changelog topics, groups and transactions.
    public static String applicationId(Settings.Kafka kafka) {
        return kafka.topicPrefix() + "fanfinity-analytics";
    }

    public static Properties properties(Settings settings) {
        Settings.Streams streams = settings.streams();
        Properties properties = new Properties();
        properties.putAll(settings.kafka().clientConfig());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka().bootstrapServers());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(settings.kafka()));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
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
            properties.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbBudget.class);
        properties.put(RocksDbBudget.BYTES, streams.rocksDbBytes());
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonHandler.class);
        properties.put(PoisonHandler.DEAD_TOPIC, new Topics(settings.kafka().topicPrefix()).dead());
        // While it polls a thread does not punctuate.
        properties.put(StreamsConfig.POLL_MS_CONFIG, PublishQueue.tick(streams.publishInterval()).toMillis());
        // Nobody may read what is not committed, and the commit flushes: until then the batches may as well fill.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), (int) streams.commitInterval().toMillis());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), DeadLetters.MAX_RECORD_BYTES);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 1_000);
        // Else each event is a request of its own until the thread falls behind: then half of the processors go there.
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), FETCH_BYTES);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MILLIS);
        return properties;
    }
}
