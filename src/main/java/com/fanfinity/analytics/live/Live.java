package com.fanfinity.analytics.live;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.LiveMeters;

/// The live stream of this instance: follows what the topology publishes, whichever instance it is that counts, and tells it to viewers.
public final class Live implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(3);

    /// Beyond that what is shown counts as old.
    private static final Duration OLD = Duration.ofSeconds(10);

    private final Admin admin;
    private final Topics topics;
    private final Clock clock;
    private final ReadProgress progress = new ReadProgress();
    private final FanOut fanOut = new FanOut(Math.max(2, Runtime.getRuntime().availableProcessors()));
    private final LiveHub hub;
    private final Follower follower;
    private final Viewers viewers;
    private final LiveStreams streams;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("live-watch").factory());
    private boolean toldFollowing = true;

    /// Nothing is contacted before {@link #start}.
    ///
    /// @param source of matches that no topic tells of any more
    public Live(Settings settings, Topics topics, Admin admin, MetricsSource source, Clock clock, LiveMeters meters) {
        this.admin = admin;
        this.topics = topics;
        this.clock = clock;
        hub = new LiveHub(clock, fanOut, meters);
        follower = new Follower(settings.kafka(), topics, hub, progress, clock);
        viewers = new Viewers(settings.live().maxViewers());
        streams = new LiveStreams(hub, viewers, source, meters, follower::isLoaded);
        meters.gauges(viewers::count, hub::size, () -> age().map(Live::seconds).orElse(Double.NaN));
    }

    private static double seconds(Duration age) {
        return age.toMillis() / 1e3;
    }

    /// What answers the streams' paths.
    public StreamingEndpoint streams() {
        return streams;
    }

    /// To be called once, when the topics exist.
    public void start() {
        follower.start();
        var _ = scheduler.scheduleWithFixedDelay(this::watch, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Whether what had been published lately has been read once; before that no stream begins.
    public boolean isLoaded() {
        return follower.isLoaded();
    }

    /// How old what is shown is; empty if it is not known.
    public Optional<Duration> age() {
        return progress.asOf().map(asOf -> Duration.between(asOf, clock.instant())).map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    /// Whether what is shown is current, but for a few seconds.
    public boolean isFollowing() {
        return age().filter(age -> age.compareTo(OLD) < 0).isPresent();
    }

    /// Looks at the topics' ends, and tells viewers to whom nothing was told lately that they are still followed; and all of them when that
    /// changes.
    private void watch() {
        try {
            lookAtEnds();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("the ends of the published topics are not known");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            tellViewers();
        } catch (RuntimeException e) { // else it would never be called again
            LOG.atError().setCause(e).log("viewers are not told whether they are followed");
        }
    }

    private void tellViewers() {
        boolean following = isFollowing();
        StreamStatus notice = StreamStatus.of(following, progress.asOf());
        if (following != toldFollowing || viewers.notice() == StreamStatus.NONE) {
            toldFollowing = following;
            viewers.tell(notice);
        }
        viewers.keepAlive(SseFrames.join(List.of(SseFrames.comment("still here"), notice.frame())), Viewers.QUIET_NANOS);
    }

    private void lookAtEnds() throws ExecutionException, InterruptedException, TimeoutException {
        if (progress.isWaiting()) {
            return;
        }
        long asked = progress.generation();
        Instant at = clock.instant();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        List<String> followed = List.of(topics.stats(), topics.moments());
        admin.describeTopics(followed).allTopicNames().get(KAFKA_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .forEach((topic, description) -> description.partitions()
                        .forEach(partition -> ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all()
                .get(KAFKA_LIMIT.toMillis(), TimeUnit.MILLISECONDS).forEach((partition, end) -> offsets.put(partition, end.offset()));
        progress.ends(asked, at, offsets);
    }

    /// Ends all streams, so that viewers go elsewhere; to be called before the server is closed.
    public void endStreams() {
        viewers.close();
    }

    @Override
    public void close() {
        endStreams();
        scheduler.shutdownNow();
        follower.close();
        fanOut.close();
    }
}
