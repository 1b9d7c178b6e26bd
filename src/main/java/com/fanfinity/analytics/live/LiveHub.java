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

import com.fanfinity.analytics.metrics.LiveMeters;

/// The matches that are followed, and the list of them: takes in what the topics say, and has it told to viewers.
///
/// One thread takes in and encodes, each step once; others write it to the viewers. So the cost of a viewer is its connection and one write
/// a step, and the cost of a match does not depend on how many look.
///
/// Bounded: at most {@value #MOST_MATCHES} matches, the longest quiet of which are given up first, and a day after their last change.
final class LiveHub {

    static final int MOST_MATCHES = 10_000;
    private static final Duration KEPT = Duration.ofDays(1);

    private final Clock clock;
    private final LiveMeters meters;
    private final FanOut fanOut;
    private final MatchListChannel list;
    private final Map<String, MatchChannel> matches = new ConcurrentHashMap<>();

    // The following thread's.
    private final Map<String, Long> changedAt = new LinkedHashMap<>();
    private final Set<MatchChannel> changed = new LinkedHashSet<>();

    LiveHub(Clock clock, FanOut fanOut, LiveMeters meters) {
        this.clock = clock;
        this.fanOut = fanOut;
        this.meters = meters;
        this.list = new MatchListChannel(fanOut.threads());
    }

    // --- for the thread that follows the topics

    /// @param publishedAt milliseconds since the epoch
    void state(String matchId, int partition, byte[] metrics, long publishedAt) {
        follow(matchId, partition).state(metrics, publishedAt, millis());
        list.state(matchId, metrics);
    }

    void minute(String matchId, int partition, byte[] value) {
        MinuteSeries.read(value).ifPresent(row -> {
            follow(matchId, partition).minute(row.start(), row.window(), millis());
            list.minute(matchId, row);
        });
    }

    /// @param at milliseconds since the epoch
    void moment(String matchId, int partition, long offset, byte[] json, long at) {
        follow(matchId, partition).moment(offset, at, json, clock.millis());
        list.moment(matchId, json);
    }

    /// Tells viewers what is due.
    ///
    /// @return milliseconds until something else is due, at most `limit`
    long flush(long limit) {
        long now = millis();
        long next = limit;
        for (Iterator<MatchChannel> channels = changed.iterator(); channels.hasNext();) {
            MatchChannel channel = channels.next();
            if (channel.dueIn(now) <= 0) {
                tell(channel, channel.step(now));
            }
            if (channel.hasNews()) {
                next = Math.min(next, Math.max(1, channel.dueIn(now)));
            } else {
                channels.remove();
            }
        }
        if (list.dueIn(now) <= 0) {
            list.step(now);
            fanOut.tell(list.audience(), _ -> {});
        }
        return Math.min(next, Math.max(1, list.dueIn(now)));
    }

    /// Gives up what nobody needs any more; to be called now and then.
    void tidy() {
        long now = clock.millis();
        matches.forEach((matchId, channel) -> {
            channel.expire(now);
            if (!channel.isFollowed()) {
                giveUp(matchId);
            }
        });
        for (Iterator<Map.Entry<String, Long>> eldest = changedAt.entrySet().iterator(); eldest.hasNext();) {
            Map.Entry<String, Long> match = eldest.next();
            if (match.getValue() >= now - KEPT.toMillis()) {
                break;
            }
            if (giveUp(match.getKey())) {
                eldest.remove();
            }
        }
    }

    /// The topics were made anew, or lost what comes next.
    void forgetOffsets() {
        matches.values().forEach(channel -> {
            channel.forgetOffsets();
            changed.add(channel);
        });
    }

    private MatchChannel follow(String matchId, int partition) {
        changedAt.remove(matchId);
        changedAt.put(matchId, clock.millis());
        makeRoom();
        MatchChannel channel = matches.computeIfAbsent(matchId, _ -> new MatchChannel(fanOut.threads()));
        channel.follow(partition);
        changed.add(channel);
        return channel;
    }

    /// Looks at a few only: one with viewers is kept.
    private void makeRoom() {
        int looked = 0;
        for (Iterator<String> eldest = changedAt.keySet().iterator(); changedAt.size() > MOST_MATCHES && eldest.hasNext()
                && looked < 100; looked++) {
            if (giveUp(eldest.next())) {
                eldest.remove();
                meters.evicted();
            }
        }
    }

    /// Unless somebody looks at it.
    private boolean giveUp(String matchId) {
        MatchChannel left = matches.computeIfPresent(matchId, (_, channel) -> channel.audience().retireIfEmpty() ? null : channel);
        if (left == null) {
            list.remove(matchId);
        }
        return left == null;
    }

    private void tell(MatchChannel channel, Optional<Long> publishedAt) {
        long age = publishedAt.map(at -> TimeUnit.MILLISECONDS.toNanos(Math.max(0, clock.millis() - at))).orElse(-1L);
        fanOut.tell(channel.audience(), nanos -> {
            if (age >= 0) {
                meters.updated(age + nanos);
            }
        });
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    // --- for viewers

    MatchListChannel list() {
        return list;
    }

    /// The match's channel, if a topic has told its metrics, or they were read a moment ago.
    Optional<MatchChannel> match(String matchId) {
        return Optional.ofNullable(matches.get(matchId)).filter(channel -> channel.newest().isPresent())
                .filter(channel -> channel.isFollowed() || channel.wasShownLately(millis()));
    }

    /// The channel of a match whose metrics no topic has told. Those who look at it already are shown what was read too.
    ///
    /// @param metrics as they were just read
    MatchChannel other(String matchId, byte[] metrics) {
        MatchChannel channel = matches.computeIfAbsent(matchId, _ -> new MatchChannel(fanOut.threads()));
        if (channel.show(metrics, millis())) {
            tell(channel, Optional.empty());
        }
        return channel;
    }

    int size() {
        return matches.size();
    }
}
