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

/// Keeps the owners of all partitions. It asks the group's coordinator every second, and sooner after {@link
/// #refreshSoon}, but at most ten times a second.
///
/// While the coordinator does not respond, the last owners remain. A killed instance stays an owner until its session
/// expires.
public final class PartitionDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionDirectory.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final Admin admin;
    private final String group;
    private final Semaphore refreshRequests = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().daemon().name("directory").unstarted(this::run);
    private volatile PartitionOwners owners = PartitionOwners.NONE;
    private volatile List<StreamsGroupMemberDescription> members = List.of();

    /// @param group the application id of the streams
    public PartitionDirectory(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /// Call once.
    public void start() {
        thread.start();
    }

    public PartitionOwners owners() {
        return owners;
    }

    /// The members of the group. Each stream thread is one member.
    public List<StreamsGroupMemberDescription> members() {
        return members;
    }

    /// Requests a refresh because the owners are outdated. Does not wait.
    public void refreshSoon() {
        refreshRequests.release();
    }

    private void run() {
        try {
            while (true) {
                refresh();
                Thread.sleep(MIN_INTERVAL);
                var _ = refreshRequests.tryAcquire(INTERVAL.minus(MIN_INTERVAL).toMillis(), TimeUnit.MILLISECONDS);
                refreshRequests.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() throws InterruptedException {
        try {
            StreamsGroupDescription found = requireNonNull(
                    admin.describeStreamsGroups(List.of(group)).describedGroups().get(group))
                    .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            members = List.copyOf(found.members());
            owners = owners(members);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("the coordinator did not describe the streams group");
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
    private static void each(List<StreamsGroupMemberAssignment.TaskIds> tasks, Peer peer,
            BiConsumer<Integer, Peer> add) {
        tasks.stream().flatMap(task -> task.partitions().stream()).forEach(partition -> add.accept(partition, peer));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
