package com.fanfinity.analytics.peers;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows which instance holds which partition: asks the group's coordinator once a second, and at once (but not more often than ten times a
/// second) when somebody found that it is no longer so.
///
/// While the coordinator cannot be asked, the last answer holds. An instance that was killed is told until its session is over.
public final class PartitionDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionDirectory.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Admin admin;
    private final String group;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().daemon().name("directory").unstarted(this::run);
    private volatile PartitionOwners owners = PartitionOwners.NONE;
    private volatile List<StreamsGroupMemberDescription> members = List.of();

    /// @param group the application id of the streams
    public PartitionDirectory(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /// To be called once.
    public void start() {
        thread.start();
    }

    /// What is known now.
    public PartitionOwners owners() {
        return owners;
    }

    /// The members of the group, a stream thread each.
    public List<StreamsGroupMemberDescription> members() {
        return members;
    }

    /// What is known is not so any more: look again soon. Does not wait.
    public void refreshSoon() {
        asked.release();
    }

    private void run() {
        try {
            while (true) {
                refresh();
                Thread.sleep(SHORTEST);
                var _ = asked.tryAcquire(INTERVAL.minus(SHORTEST).toMillis(), TimeUnit.MILLISECONDS);
                asked.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() throws InterruptedException {
        try {
            StreamsGroupDescription found = requireNonNull(admin.describeStreamsGroups(List.of(group)).describedGroups().get(group))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            members = List.copyOf(found.members());
            owners = owners(members);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("the group of the streams cannot be described now");
        }
    }

    static PartitionOwners owners(Collection<StreamsGroupMemberDescription> members) {
        PartitionOwners.Builder builder = new PartitionOwners.Builder();
        for (StreamsGroupMemberDescription member : members) {
            member.userEndpoint().map(endpoint -> new Peer(endpoint.host(), endpoint.port())).ifPresent(peer -> {
                each(member.assignment().activeTasks(), peer, builder::active);
                each(member.assignment().standbyTasks(), peer, builder::standby);
            });
        }
        return builder.build();
    }

    /// There is one sub-topology, so a task is a partition.
    private static void each(List<StreamsGroupMemberAssignment.TaskIds> tasks, Peer peer, BiConsumer<Integer, Peer> take) {
        tasks.stream().flatMap(task -> task.partitions().stream()).forEach(partition -> take.accept(partition, peer));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
