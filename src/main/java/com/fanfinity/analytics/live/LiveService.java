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
import java.util.function.Predicate;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.http.StreamingEndpoint;
import com.fanfinity.analytics.kafka.ReadingTime;
import com.fanfinity.analytics.kafka.Topics;
import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.security.Caller;

/// The live streams of this instance. It reads the output topics of all partitions, so it serves any match, whichever
/// instance counts it.
public final class LiveService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveService.class);

    /// A new viewer's first status must be at most 2 s old: an interval, the calls, and the longest transaction of a
    /// topology that is not stalled.
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);
    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(3);

    /// Updates that are older than this count as stale.
    private static final Duration STALE_AFTER = Duration.ofSeconds(10);

    /// The part of the heap that updates may take while they wait for viewers.
    private static final int PENDING_PART_OF_HEAP = 8;

    /// How often viewers are checked that do not read. Bounds what can wait beyond the limit.
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final Admin admin;
    private final Topics topics;
    private final Clock clock;
    private final ReadProgress progress = new ReadProgress();
    private final FanOutPool fanOut = new FanOutPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
    private final ChannelRegistry channels;
    private final TopicReader reader;
    private final ViewerRegistry viewers;
    private final LiveStreamEndpoint streams;
    private final ScheduledExecutorService scheduler = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("live-watch").factory());
    /// Not the same thread: a call to Kafka may block that one for seconds.
    private final ScheduledExecutorService viewerCheck = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("live-viewer-check").factory());
    private boolean publishedFollowing = true;

    /// Does not connect before {@link #start}.
    ///
    /// @param source of the metrics of matches that the topics no longer hold
    public LiveService(Settings settings, Topics topics, Admin admin, MetricsSource source, Clock clock,
            LiveMeters meters) {
        this.admin = admin;
        this.topics = topics;
        this.clock = clock;
        channels = new ChannelRegistry(clock, fanOut, meters);
        reader = new TopicReader(settings.kafka(), topics, channels, progress, clock);
        PendingBytes pending = new PendingBytes(Runtime.getRuntime().maxMemory() / PENDING_PART_OF_HEAP);
        viewers = new ViewerRegistry(settings.live().maxViewers(), settings.live().maxViewersPerAddress(),
                this::status, pending);
        streams = new LiveStreamEndpoint(channels, viewers, source, meters, reader::isLoaded);
        meters.gauges(viewers::count, pending::bytes, channels::size,
                () -> age().map(LiveService::seconds).orElse(Double.NaN));
    }

    private static double seconds(Duration age) {
        return age.toMillis() / 1e3;
    }

    public StreamingEndpoint endpoint() {
        return streams;
    }

    /// Must be called once, after the topics exist.
    public void start() {
        reader.start();
        var _ = scheduler.scheduleWithFixedDelay(this::watch, WATCH_INTERVAL.toMillis(), WATCH_INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        var _ = viewerCheck.scheduleWithFixedDelay(this::checkViewers, CHECK_INTERVAL.toMillis(),
                CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void checkViewers() {
        try {
            viewers.cutSlow(System.nanoTime());
        } catch (RuntimeException e) { // an exception would end the schedule
            LOG.atError().setCause(e).log("cannot check the viewers");
        }
    }

    /// Whether the recent records have been read. No stream starts before.
    public boolean isLoaded() {
        return reader.isLoaded();
    }

    /// The age of the newest update; empty if it is not known.
    public Optional<Duration> age() {
        return asOf().map(asOf -> Duration.between(asOf, clock.instant()))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    private Optional<Instant> asOf() {
        return progress.asOf(clock.instant(), System.nanoTime());
    }

    private StreamStatus status() {
        return StreamStatus.of(isCurrent(), asOf());
    }

    /// Whether updates are at most a few seconds old.
    public boolean isCurrent() {
        return age().filter(age -> age.compareTo(STALE_AFTER) < 0).isPresent();
    }

    /// Samples the end offsets. Sends the status to all viewers when it changes, and to idle viewers as a keep-alive.
    private void watch() {
        try {
            sampleEndOffsets();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("cannot read the end offsets of the output topics");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            publishStatus();
        } catch (RuntimeException e) { // an exception would end the schedule
            LOG.atError().setCause(e).log("cannot send the status to the viewers");
        }
    }

    private void publishStatus() {
        boolean following = isCurrent();
        StreamStatus status = StreamStatus.of(following, asOf());
        if (following != publishedFollowing || viewers.status() == StreamStatus.NONE) {
            publishedFollowing = following;
            viewers.publishStatus(status);
        }
        viewers.keepAlive(Frame.joined(List.of(Frame.of(SseFrames.comment("keep-alive")), status.frame())),
                ViewerRegistry.KEEP_ALIVE_NANOS);
    }

    private void sampleEndOffsets() throws ExecutionException, InterruptedException, TimeoutException {
        if (progress.hasTarget()) {
            return;
        }
        long generation = progress.generation();
        ReadingTime at = new ReadingTime(clock.instant(), System.nanoTime());
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        List<String> names = List.of(topics.stats(), topics.moments());
        admin.describeTopics(names).allTopicNames().get(KAFKA_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .forEach((topic, description) -> description.partitions()
                        .forEach(partition -> ends.put(new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest())));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        // The end of the log, not of its committed part: an open transaction hides committed records behind it.
        admin.listOffsets(ends).all()
                .get(KAFKA_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .forEach((partition, end) -> offsets.put(partition, end.offset()));
        progress.offerEndOffsets(generation, at, offsets);
    }

    /// Ends the streams of the callers that match, such as those whose key is no longer valid.
    public void endStreamsIf(Predicate<Caller> ended) {
        viewers.endIf(ended);
    }

    /// Ends all streams, so that clients reconnect to other instances. Must be called before the server closes.
    public void endStreams() {
        viewers.close();
    }

    @Override
    public void close() {
        endStreams();
        scheduler.shutdownNow();
        viewerCheck.shutdownNow();
        reader.close();
        fanOut.close();
    }
}
