package com.fanfinity.analytics.live;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.metrics.LiveMeters;

/// The channels of all matches, and the channel of the match list.
///
/// The topic reader's thread adds records and encodes each update once; the fan-out threads write it to the viewers. So
/// a viewer costs its connection and one write per update, and the cost of a match does not depend on its number of
/// viewers.
///
/// Bounded: at most {@value #MAX_MATCHES} matches, each for a day after its last change. Beyond that limit the registry
/// evicts the match with the oldest change first. The key moments that are kept for clients which reconnect have a
/// bound over all matches too.
final class ChannelRegistry {

    static final int MAX_MATCHES = 10_000;
    private static final Duration RETENTION = Duration.ofDays(1);

    /// Matches with viewers are not evicted, so the search for one without is bounded.
    private static final int MAX_EVICTION_ATTEMPTS = 100;

    /// The part of the heap that the key moments of all matches may take.
    private static final int MOMENTS_PART_OF_HEAP = 8;

    private final Clock clock;
    private final LiveMeters meters;
    private final FanOutPool fanOut;
    private final MatchListChannel list;
    private final Map<String, MatchChannel> matches = new ConcurrentHashMap<>();
    private final LongAdder momentBytes = new LongAdder();
    private final long maxMomentBytes;

    // Confined to the topic reader's thread: when each match changed, milliseconds since the epoch, and the channels
    // with pending changes.
    private final Map<String, Long> changedAt = new LinkedHashMap<>();
    private final Set<MatchChannel> changed = new LinkedHashSet<>();

    ChannelRegistry(Clock clock, FanOutPool fanOut, LiveMeters meters) {
        this(clock, fanOut, meters, Runtime.getRuntime().maxMemory() / MOMENTS_PART_OF_HEAP);
    }

    ChannelRegistry(Clock clock, FanOutPool fanOut, LiveMeters meters, long maxMomentBytes) {
        this.clock = clock;
        this.maxMomentBytes = maxMomentBytes;
        this.fanOut = fanOut;
        this.meters = meters;
        this.list = new MatchListChannel(fanOut.threads());
    }

    // --- for the topic reader's thread

    /// @param publishedAt milliseconds since the epoch
    void putMetrics(String matchId, int partition, byte[] metrics, long publishedAt) {
        channelToChange(matchId, partition).putMetrics(metrics, publishedAt, monotonicMillis());
        list.putMetrics(matchId, metrics);
    }

    void putMinute(String matchId, int partition, byte[] value) {
        MinuteWindow.read(value).ifPresent(window -> {
            channelToChange(matchId, partition).putMinute(window.start().toString(), Json.toBytes(window),
                    monotonicMillis());
            list.putMinute(matchId, window);
        });
    }

    /// @param at milliseconds since the epoch
    void addMoment(String matchId, int partition, long offset, byte[] json, long at) {
        channelToChange(matchId, partition).addMoment(offset, at, json, clock.millis());
        list.addMoment(matchId, json);
        boundMoments();
    }

    /// Drops moments, first those of the matches with the oldest change. It drops a quarter of the bound, so that it is
    /// rarely needed.
    private void boundMoments() {
        if (momentBytes.sum() <= maxMomentBytes) {
            return;
        }
        Iterator<String> eldest = changedAt.keySet().iterator();
        while (momentBytes.sum() > maxMomentBytes / 4 * 3 && eldest.hasNext()) {
            MatchChannel channel = matches.get(eldest.next());
            if (channel != null) {
                channel.dropMoments();
                changed.add(channel);
                meters.momentsDropped();
            }
        }
    }

    /// Publishes the updates that are due.
    ///
    /// @return milliseconds until the next update is due, at most `limit`
    long publishDue(long limit) {
        long now = monotonicMillis();
        long next = limit;
        for (Iterator<MatchChannel> channels = changed.iterator(); channels.hasNext();) {
            MatchChannel channel = channels.next();
            if (channel.millisUntilDue(now) <= 0) {
                fanOut(channel, channel.publish(now));
            }
            if (channel.hasPending()) {
                next = Math.min(next, Math.max(1, channel.millisUntilDue(now)));
            } else {
                channels.remove();
            }
        }
        if (list.millisUntilDue(now) <= 0) {
            list.publish(now);
            fanOut.publish(list.viewers(), _ -> {});
        }
        return Math.min(next, Math.max(1, list.millisUntilDue(now)));
    }

    /// Drops matches and moments that are older than their retention. Must be called every few seconds.
    void expire() {
        long now = clock.millis();
        matches.forEach((matchId, channel) -> {
            channel.expire(now);
            if (!channel.isAssigned()) {
                removeIfUnused(matchId);
            }
        });
        for (Iterator<Map.Entry<String, Long>> eldest = changedAt.entrySet().iterator(); eldest.hasNext();) {
            Map.Entry<String, Long> match = eldest.next();
            if (match.getValue() >= now - RETENTION.toMillis()) {
                break;
            }
            if (removeIfUnused(match.getKey())) {
                eldest.remove();
            }
        }
    }

    /// Starts again after the topics were recreated, or after records were lost.
    void resetOffsets() {
        matches.values().forEach(channel -> {
            channel.resetOffsets();
            changed.add(channel);
        });
    }

    private MatchChannel channelToChange(String matchId, int partition) {
        changedAt.remove(matchId);
        changedAt.put(matchId, clock.millis());
        evict();
        MatchChannel channel = matches.computeIfAbsent(matchId, _ -> new MatchChannel(fanOut.threads(), momentBytes));
        channel.assign(partition);
        changed.add(channel);
        return channel;
    }

    private void evict() {
        int attempts = 0;
        for (Iterator<String> eldest = changedAt.keySet().iterator(); changedAt.size() > MAX_MATCHES && eldest.hasNext()
                && attempts < MAX_EVICTION_ATTEMPTS; attempts++) {
            if (removeIfUnused(eldest.next())) {
                eldest.remove();
                meters.evicted();
            }
        }
    }

    /// Removes a match, unless it has viewers.
    ///
    /// @return whether the match has no channel now
    private boolean removeIfUnused(String matchId) {
        MatchChannel kept = matches.computeIfPresent(matchId,
                (_, channel) -> channel.viewers().retireIfEmpty() ? retired(channel) : channel);
        if (kept == null) {
            list.remove(matchId);
        }
        return kept == null;
    }

    private static @Nullable MatchChannel retired(MatchChannel channel) {
        channel.dropMoments();
        return null;
    }

    private void fanOut(MatchChannel channel, Optional<Long> publishedAt) {
        long age = publishedAt.map(at -> TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.millis() - at))).orElse(-1L);
        fanOut.publish(channel.viewers(), nanos -> {
            if (age >= 0) {
                meters.updated(age + nanos);
            }
        });
    }

    private static long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    // --- for viewers

    MatchListChannel list() {
        return list;
    }

    /// The channel of a match with current metrics: from a topic, or read directly within the last second.
    Optional<MatchChannel> find(String matchId) {
        return Optional.ofNullable(matches.get(matchId)).filter(channel -> channel.metrics().isPresent())
                .filter(channel -> channel.isAssigned() || channel.hasRecentDirectMetrics(monotonicMillis()));
    }

    /// Publishes metrics that were read directly, for a match without metrics from a topic.
    MatchChannel publishDirect(String matchId, byte[] metrics) {
        MatchChannel channel = matches.computeIfAbsent(matchId, _ -> new MatchChannel(fanOut.threads(), momentBytes));
        if (channel.publishDirect(metrics, monotonicMillis())) {
            fanOut(channel, Optional.empty());
        }
        return channel;
    }

    int size() {
        return matches.size();
    }
}
