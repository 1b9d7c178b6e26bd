package com.fanfinity.analytics.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/// The channel of one match: its metrics, of which viewers get only the newest; its key moments, of which they get all,
/// at once; and the minutes that changed.
///
/// The topic reader adds changes and publishes updates, request threads open streams, and fan-out threads read updates.
/// The channel's lock guards all fields.
final class MatchChannel implements Channel {

    /// Metrics that wait for the next update.
    ///
    /// @param publishedAt milliseconds since the epoch
    private record PendingMetrics(byte[] json, long publishedAt) {}

    private final ChannelViewers viewers;
    private final UpdateSchedule schedule = new UpdateSchedule();
    private final MomentHistory moments;
    private final MinuteHistory minutes = new MinuteHistory();
    private @Nullable PendingMetrics pendingMetrics;
    private long directAt = UpdateSchedule.LONG_AGO;

    /// Of the newest update. Volatile, so that viewers that have it do not need the lock.
    private volatile long sequence;
    private byte @Nullable [] metrics;
    private Frame metricsFrame = Frame.EMPTY;
    private long metricsSequence;
    private List<Frame> newestUpdate = List.of();
    /// The missing updates of viewers that lag, by their sequence number. Cached, because many lag by the same amount.
    private final Map<Long, List<Frame>> catchUps = new HashMap<>();

    /// @param momentBytes the size of the key moments that all channels keep
    MatchChannel(int shards, LongAdder momentBytes) {
        viewers = new ChannelViewers(shards);
        moments = new MomentHistory(momentBytes);
    }

    @Override
    public ChannelViewers viewers() {
        return viewers;
    }

    // --- changes, which the next update sends

    /// Names the partition of the match in each of the followed topics.
    synchronized void assign(int partition) {
        if (moments.assign(partition)) {
            minutes.requestReload();
        }
    }

    /// Whether a record of the followed topics has named the match.
    synchronized boolean isAssigned() {
        return moments.isAssigned();
    }

    /// @param publishedAt milliseconds since the epoch
    /// @param now of a monotonic clock, milliseconds
    synchronized void putMetrics(byte[] json, long publishedAt, long now) {
        if (pendingMetrics == null) {
            schedule.metricsArrived(now);
        }
        pendingMetrics = new PendingMetrics(json, publishedAt);
    }

    /// @param start of the minute, as in the JSON
    /// @param now of a monotonic clock, milliseconds
    synchronized void putMinute(String start, byte[] json, long now) {
        if (!minutes.hasPending()) {
            schedule.minutesArrived(now);
        }
        minutes.put(start, json);
    }

    /// @param offset in its topic
    /// @param at when it was published, milliseconds since the epoch
    /// @param now milliseconds since the epoch
    synchronized void addMoment(long offset, long at, byte[] json, long now) {
        boolean isSent = moments.add(offset, at, json, now);
        if (!isSent && sequence > 0) {
            minutes.requestReload(); // the reader was away for so long, and viewers may have waited
        }
    }

    /// Starts again after the topics were recreated, or after records were lost.
    synchronized void resetOffsets() {
        if (moments.reset()) {
            minutes.requestReload();
        }
    }

    /// Drops old key moments.
    ///
    /// @param now milliseconds since the epoch
    synchronized void expire(long now) {
        moments.expire(now);
    }

    /// Drops all key moments. Clients that miss one read them again.
    synchronized void dropMoments() {
        moments.dropAll();
    }

    // --- updates

    synchronized boolean hasPending() {
        return pendingMetrics != null || minutes.hasPending() || moments.hasPending();
    }

    /// Milliseconds until an update is due; 0 or less if one is due now.
    ///
    /// @param now of a monotonic clock, milliseconds
    synchronized long millisUntilDue(long now) {
        if (moments.hasPending()) {
            return 0;
        }
        long due = pendingMetrics == null ? Long.MAX_VALUE : schedule.metricsDueAt(minutes.hasPendingMinutes());
        return (minutes.hasPending() ? Math.min(due, schedule.minutesDueAt()) : due) - now;
    }

    /// Makes the next update from the changes that are due.
    ///
    /// @param now of a monotonic clock, milliseconds
    /// @return when its metrics were published, milliseconds since the epoch; empty for an update without metrics
    synchronized Optional<Long> publish(long now) {
        long next = startUpdate();
        List<Frame> frames = new ArrayList<>();
        moments.drainTo(frames, next);
        PendingMetrics due = pendingMetrics != null && schedule.metricsDueAt(minutes.hasPendingMinutes()) <= now
                ? pendingMetrics
                : null;
        if (due != null || schedule.minutesDueAt() <= now) {
            minutes.drainTo(frames, next);
        }
        if (due != null) {
            pendingMetrics = null;
            schedule.metricsSent(now);
            setMetrics(due.json, next);
            frames.add(metricsFrame);
        }
        newestUpdate = List.of(Frame.joined(bounded(frames)));
        return Optional.ofNullable(due).map(PendingMetrics::publishedAt);
    }

    /// Publishes metrics that were read from elsewhere, unless those of the topic are known.
    ///
    /// @param now of a monotonic clock, milliseconds
    /// @return whether they were published
    synchronized boolean publishDirect(byte[] json, long now) {
        if (isAssigned() && metrics != null) {
            return false;
        }
        directAt = now;
        setMetrics(json, startUpdate());
        newestUpdate = List.of(metricsFrame);
        return true;
    }

    /// Whether {@link #publishDirect} published within the last second.
    synchronized boolean hasRecentDirectMetrics(long now) {
        return now - directAt < 1_000;
    }

    private long startUpdate() {
        long next = sequence + 1;
        sequence = next;
        catchUps.clear();
        return next;
    }

    private void setMetrics(byte[] json, long update) {
        metrics = json;
        Frame frame = Frame.of(SseFrames.event("metrics", json, moments.eventId()));
        metricsFrame = frame.length() + Frame.RELOAD.length() <= Frame.MAX_PENDING_BYTES ? frame : Frame.RELOAD;
        metricsSequence = update;
    }

    // --- viewers

    /// The metrics of the newest update that had any.
    synchronized Optional<byte[]> metrics() {
        return Optional.ofNullable(metrics);
    }

    @Override
    public synchronized Update initialUpdate(Optional<String> lastEventId) {
        List<Frame> frames = new ArrayList<>();
        lastEventId.ifPresent(id -> moments.addMissedSince(id, frames));
        frames.add(metricsFrame);
        return new Update(sequence, bounded(frames));
    }

    @Override
    public Optional<Update> updateSince(long known) {
        return known == sequence ? Optional.empty() : Optional.of(newestSince(known));
    }

    private synchronized Update newestSince(long known) {
        return new Update(sequence,
                known == sequence - 1 ? newestUpdate : catchUps.computeIfAbsent(known, this::catchUp));
    }

    private List<Frame> catchUp(long known) {
        List<Frame> frames = new ArrayList<>();
        if (known < Math.max(moments.droppedSequence(), minutes.droppedSequence())) {
            frames.add(Frame.RELOAD);
        }
        moments.addSentAfter(known, frames);
        minutes.addSentAfter(known, frames);
        if (metricsSequence > known) {
            frames.add(metricsFrame);
        }
        return bounded(frames);
    }

    /// A client that would have to take more reads the minutes and the moments again instead.
    private List<Frame> bounded(List<Frame> frames) {
        return Frame.totalLength(frames) <= Frame.MAX_PENDING_BYTES
                ? List.copyOf(frames)
                : List.of(Frame.RELOAD, metricsFrame);
    }
}
