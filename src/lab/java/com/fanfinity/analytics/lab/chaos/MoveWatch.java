package com.fanfinity.analytics.lab.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;

/// Counts how often a partition changes its owner, in the sink's group and in the group of the topology.
final class MoveWatch implements AutoCloseable {

    private static final String SINK = "fanfinity-sink";
    private static final String TOPOLOGY = "fanfinity-analytics";
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int LIMIT_MILLIS = 5_000;

    private final Admin admin;
    private final ScheduledExecutorService looks = Executors.newScheduledThreadPool(2, Thread.ofVirtual().factory());
    private final Owners sink = new Owners();
    private final Owners topology = new Owners();

    /// The latest known owner of each partition.
    private static final class Owners {
        private final Map<String, String> owners = new HashMap<>();
        private long moves;

        synchronized void update(Map<String, String> now) {
            now.forEach((partition, owner) -> {
                String before = owners.put(partition, owner);
                if (before != null && !before.equals(owner)) {
                    moves++;
                }
            });
        }

        synchronized long moves() {
            return moves;
        }
    }

    MoveWatch(String bootstrapServers) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers, "default.api.timeout.ms", LIMIT_MILLIS,
                "request.timeout.ms", LIMIT_MILLIS / 2, "reconnect.backoff.max.ms", 1_000));
    }

    void start() {
        repeat(() -> sink.update(sinkOwners()));
        repeat(() -> topology.update(topologyOwners()));
    }

    /// The number of moves in the sink's group.
    long ofSink() {
        return sink.moves();
    }

    String summary() {
        return "partitions that changed their owner: %d in the sink's group, %d in the group of the topology".formatted(
                sink.moves(), topology.moves());
    }

    private interface Look {
        void run() throws ExecutionException, InterruptedException;
    }

    private void repeat(Look look) {
        var _ = looks.scheduleWithFixedDelay(() -> {
            try {
                look.run();
            } catch (ExecutionException _) {
                // Kafka is away
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // closed
            }
        }, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<String, String> sinkOwners() throws ExecutionException, InterruptedException {
        Map<String, String> owners = new HashMap<>();
        admin.describeConsumerGroups(Set.of(SINK)).all().get().values().forEach(group -> group.members()
                .forEach(member -> member.assignment().topicPartitions()
                        .forEach(partition -> owners.put(partition.toString(), member.consumerId()))));
        return owners;
    }

    private Map<String, String> topologyOwners() throws ExecutionException, InterruptedException {
        Map<String, String> owners = new HashMap<>();
        admin.describeStreamsGroups(Set.of(TOPOLOGY)).all().get().values().forEach(group -> group.members()
                .forEach(member -> member.assignment().activeTasks()
                        .forEach(tasks -> tasks.partitions().forEach(partition -> owners
                                .put(tasks.subtopologyId() + "-" + partition, member.memberId())))));
        return owners;
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(Duration.ZERO);
    }
}
