package com.fanfinity.analytics.live;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/// One match: its metrics, of which only the newest count; its key moments of the last ten minutes, of which none may be missed; and the
/// minutes that changed lately.
///
/// Metrics go out as they are published, but at most {@value #MOST_A_SECOND} in any second, which is the contract; they are conflated
/// where they are published, and to wait here for the end of an interval as well would double what an event waits. A key moment goes out
/// at once.
final class MatchChannel implements Channel {

    static final int MOST_A_SECOND = 4;

    /// Minutes without metrics wait for them so long.
    static final long INTERVAL_MILLIS = 250;

    /// The minutes that belong to metrics come from another partition, a moment before or after them; together they are one write a viewer.
    static final long GRACE_MILLIS = 10;

    /// For how long a client that was away is told all key moments that it missed.
    static final long MOMENTS_KEPT_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final int MOST_MOMENTS = 1_000;

    /// Steps whose minutes are remembered for viewers that lag, and how many minutes may change between two steps.
    private static final int MINUTES_STEPS = 16;
    private static final int MOST_MINUTES = 256;

    private record Moment(long step, long offset, long at, byte[] frame) {}

    private record Minutes(long step, byte[] frame) {}

    private static final int NO_PARTITION = -1;

    /// Before any other time, and far enough from the least number to be reckoned with.
    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    private final Audience audience;

    // What waits for the next step.
    private final List<Moment> newMoments = new ArrayList<>();
    private final Map<String, byte[]> newMinutes = new LinkedHashMap<>();
    private byte @Nullable [] newState;
    private long newStateAt;
    private boolean missed;
    private long stateSince;
    private long minutesSince;
    /// When the last ones were sent, in turn.
    private final long[] statesSentAt = new long[MOST_A_SECOND];
    private int statesSent;
    private long shownAt = LONG_AGO;

    // What was told.
    private volatile long step;
    private byte @Nullable [] state;
    private byte[] stateFrame = new byte[0];
    private long stateStep;
    private byte[] lastStep = new byte[0];
    /// Of this step, by what was seen: many lag by as much.
    private final Map<Long, byte[]> sinceSeen = new HashMap<>();
    private final Deque<Moment> moments = new ArrayDeque<>();
    private final Deque<Minutes> minutes = new ArrayDeque<>();
    private long forgottenStep = -1;
    private long forgottenOffset = -1;
    private int partition = NO_PARTITION;
    private long nextOffset;

    MatchChannel(int audienceParts) {
        this.audience = new Audience(audienceParts);
    }

    @Override
    public Audience audience() {
        return audience;
    }

    // --- what becomes known; takes effect with the next step

    /// Topics tell of the match.
    ///
    /// @param inPartition of each of them
    synchronized void follow(int inPartition) {
        if (partition != inPartition) {
            forgetOffsets();
            partition = inPartition;
        }
    }

    synchronized boolean isFollowed() {
        return partition != NO_PARTITION;
    }

    /// @param publishedAt milliseconds since the epoch
    /// @param now of a clock that does not jump, milliseconds
    synchronized void state(byte[] metrics, long publishedAt, long now) {
        if (newState == null) {
            stateSince = now;
        }
        newState = metrics;
        newStateAt = publishedAt;
    }

    /// @param start of the minute, as in `row`
    /// @param now of a clock that does not jump, milliseconds
    synchronized void minute(String start, byte[] row, long now) {
        if (newMinutes.isEmpty() && !missed) {
            minutesSince = now;
        }
        if (newMinutes.size() == MOST_MINUTES && !newMinutes.containsKey(start)) {
            newMinutes.clear();
            missed = true;
        }
        newMinutes.put(start, row);
    }

    /// @param offset where in its topic the moment is
    /// @param at when it became known, milliseconds since the epoch
    /// @param now milliseconds since the epoch
    synchronized void moment(long offset, long at, byte[] json, long now) {
        if (offset < nextOffset) {
            return; // is read again
        }
        if (nextOffset == 0) { // what was before it is not known here
            forgottenOffset = offset - 1;
        }
        nextOffset = offset + 1;
        if (at < now - MOMENTS_KEPT_MILLIS) {
            forgottenOffset = offset; // of a time before this instance came up
        } else {
            newMoments.add(new Moment(0, offset, at, SseFrames.event("event", json, eventId())));
        }
    }

    /// The topic was made anew: its offsets begin again, and what was missed meanwhile is not known.
    synchronized void forgetOffsets() {
        missed |= nextOffset > 0;
        nextOffset = 0;
        forgottenOffset = -1;
        moments.clear();
        newMoments.clear();
    }

    /// How long until a step is due, in milliseconds; 0 or less if now.
    ///
    /// @param now of a clock that does not jump
    synchronized long dueIn(long now) {
        if (!newMoments.isEmpty()) {
            return 0;
        }
        long due = newState == null ? Long.MAX_VALUE : stateDue();
        return (newMinutes.isEmpty() && !missed ? due : Math.min(due, minutesSince + INTERVAL_MILLIS)) - now;
    }

    private long stateDue() {
        long within = statesSent < MOST_A_SECOND ? LONG_AGO : statesSentAt[statesSent % MOST_A_SECOND] + 1_000;
        return Math.max(within, newMinutes.isEmpty() ? stateSince + GRACE_MILLIS : LONG_AGO);
    }

    /// Takes the next step.
    ///
    /// @param now of a clock that does not jump
    /// @return when the state that it tells of was published; empty if it tells of none
    synchronized Optional<Long> step(long now) {
        beginStep();
        List<byte[]> frames = new ArrayList<>();
        newMoments.forEach(moment -> frames.add(moment.frame));
        newMoments.forEach(moment -> remember(new Moment(step, moment.offset, moment.at, moment.frame)));
        newMoments.clear();
        boolean stateDue = newState != null && stateDue() <= now;
        if (stateDue || minutesSince + INTERVAL_MILLIS <= now) {
            stepMinutes(frames);
        }
        Optional<Long> told = stateDue ? stepState(frames, now) : Optional.empty();
        lastStep = SseFrames.join(frames);
        return told;
    }

    private void beginStep() {
        long next = step + 1;
        step = next; // under the lock
        sinceSeen.clear();
    }

    private void stepMinutes(List<byte[]> frames) {
        if (missed) {
            missed = false;
            newMinutes.clear();
            forgottenStep = step;
            frames.add(SseFrames.RELOAD);
        } else if (!newMinutes.isEmpty()) {
            byte[] frame = SseFrames.event("minutes", MinuteSeries.join(newMinutes.values()), "");
            newMinutes.clear();
            frames.add(frame);
            minutes.addLast(new Minutes(step, frame));
            if (minutes.size() > MINUTES_STEPS) {
                forgottenStep = Math.max(forgottenStep, minutes.removeFirst().step);
            }
        }
    }

    private Optional<Long> stepState(List<byte[]> frames, long now) {
        statesSentAt[statesSent++ % MOST_A_SECOND] = now;
        state = requireNonNull(newState);
        newState = null;
        stateFrame = SseFrames.event("metrics", state, eventId());
        stateStep = step;
        frames.add(stateFrame);
        return Optional.of(newStateAt);
    }

    /// Shows metrics that were read otherwise, at once, unless a topic has told newer ones.
    ///
    /// @param now of a clock that does not jump
    /// @return whether that is a step
    synchronized boolean show(byte[] metrics, long now) {
        if (isFollowed() && state != null) {
            return false;
        }
        beginStep();
        shownAt = now;
        state = metrics;
        stateFrame = SseFrames.event("metrics", metrics, eventId());
        stateStep = step;
        lastStep = stateFrame;
        return true;
    }

    /// Whether {@link #show} was called within the last second.
    synchronized boolean wasShownLately(long now) {
        return now - shownAt < 1_000;
    }

    private void remember(Moment moment) {
        moments.addLast(moment);
        if (moments.size() > MOST_MOMENTS) {
            forget(moments.removeFirst());
        }
    }

    private void forget(Moment moment) {
        forgottenStep = Math.max(forgottenStep, moment.step);
        forgottenOffset = Math.max(forgottenOffset, moment.offset);
    }

    /// Forgets the key moments that nobody is told any more.
    ///
    /// @param now milliseconds since the epoch
    synchronized void expire(long now) {
        while (!moments.isEmpty() && moments.getFirst().at < now - MOMENTS_KEPT_MILLIS) {
            forget(moments.removeFirst());
        }
    }

    // --- what viewers are told

    /// Whether anything waits for a step.
    synchronized boolean hasNews() {
        return newState != null || missed || !newMinutes.isEmpty() || !newMoments.isEmpty();
    }

    /// The newest metrics that were told.
    synchronized Optional<byte[]> newest() {
        return Optional.ofNullable(state);
    }

    @Override
    public synchronized Update first(Optional<String> lastEventId) {
        List<byte[]> frames = new ArrayList<>();
        lastEventId.ifPresent(id -> missedSince(id, frames));
        frames.add(stateFrame);
        return new Update(step, SseFrames.join(frames));
    }

    /// Up to which key moment all is known: the partition, and the offset of the next one.
    private String eventId() {
        return isFollowed() ? partition + "-" + nextOffset : "";
    }

    private void missedSince(String id, List<byte[]> frames) {
        long next = nextOffset(id);
        if (next < 0 || next > nextOffset) {
            frames.add(SseFrames.RELOAD);
            return;
        }
        if (next <= forgottenOffset) {
            frames.add(SseFrames.RELOAD);
        }
        moments.stream().filter(moment -> moment.offset >= next).forEach(moment -> frames.add(moment.frame));
    }

    /// What the id says, or -1 if it is none of this match's.
    private long nextOffset(String id) {
        String prefix = partition + "-";
        String rest = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
        return rest.matches("[0-9]{1,18}") ? Long.parseLong(rest) : -1;
    }

    @Override
    public Optional<Update> after(long seen) {
        return seen == step ? Optional.empty() : Optional.of(behind(seen));
    }

    private synchronized Update behind(long seen) {
        return new Update(step, seen == step - 1 ? lastStep : sinceSeen.computeIfAbsent(seen, this::since));
    }

    private byte[] since(long seen) {
        List<byte[]> frames = new ArrayList<>();
        if (seen < forgottenStep) {
            frames.add(SseFrames.RELOAD);
        }
        moments.stream().filter(moment -> moment.step > seen).forEach(moment -> frames.add(moment.frame));
        minutes.stream().filter(changed -> changed.step > seen).forEach(changed -> frames.add(changed.frame));
        if (stateStep > seen) {
            frames.add(stateFrame);
        }
        return SseFrames.join(frames);
    }
}
