package com.fanfinity.analytics.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The key moments of a match: those that wait for the next update, and those that a client which reconnects may have
/// missed. The channel's lock guards it.
///
/// A moment is identified by its offset in the topic `match-moments`. The event id of a frame names the match's
/// partition and the offset after the newest moment.
final class MomentHistory {

    /// How long a moment is kept for clients that reconnect.
    static final long RETENTION_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final int MAX_MOMENTS = 1_000;
    private static final int NO_PARTITION = -1;

    /// @param sequence of the update that sent it; 0 while it waits
    /// @param at when it was published, milliseconds since the epoch
    private record Moment(long sequence, long offset, long at, byte[] frame) {

        Moment sentWith(long update) {
            return new Moment(update, offset, at, frame);
        }
    }

    private final List<Moment> pending = new ArrayList<>();
    private final Deque<Moment> sent = new ArrayDeque<>();
    private long droppedSequence = -1;
    private long droppedOffset = -1;
    private int partition = NO_PARTITION;
    private long nextOffset;

    /// Names the partition of the match in the followed topics.
    ///
    /// @return whether clients may have missed moments because the partition has changed
    boolean assign(int newPartition) {
        if (partition == newPartition) {
            return false;
        }
        partition = newPartition;
        return reset();
    }

    boolean isAssigned() {
        return partition != NO_PARTITION;
    }

    /// Forgets all moments, because the topic was recreated and its offsets start again.
    ///
    /// @return whether any moment was known
    boolean reset() {
        boolean lost = nextOffset > 0;
        nextOffset = 0;
        droppedOffset = -1;
        sent.clear();
        pending.clear();
        return lost;
    }

    /// Adds a moment, unless it has been read before or is older than the retention.
    ///
    /// @param at when it was published, milliseconds since the epoch
    /// @param now milliseconds since the epoch
    /// @return false if clients do not get the moment because of its age
    boolean add(long offset, long at, byte[] json, long now) {
        if (offset < nextOffset) {
            return true;
        }
        if (nextOffset == 0) { // earlier moments are unknown
            droppedOffset = offset - 1;
        }
        nextOffset = offset + 1;
        if (at < now - RETENTION_MILLIS) {
            droppedOffset = offset;
            return false;
        }
        pending.add(new Moment(0, offset, at, SseFrames.event("event", json, idOf(nextOffset))));
        return true;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /// Moves the waiting moments into an update.
    void drainTo(List<byte[]> frames, long sequence) {
        for (Moment moment : pending) {
            frames.add(moment.frame);
            sent.addLast(moment.sentWith(sequence));
            if (sent.size() > MAX_MOMENTS) {
                drop(sent.removeFirst());
            }
        }
        pending.clear();
    }

    /// Drops the moments that are older than the retention.
    ///
    /// @param now milliseconds since the epoch
    void expire(long now) {
        while (!sent.isEmpty() && sent.getFirst().at < now - RETENTION_MILLIS) {
            drop(sent.removeFirst());
        }
    }

    private void drop(Moment moment) {
        droppedSequence = Math.max(droppedSequence, moment.sequence);
        droppedOffset = Math.max(droppedOffset, moment.offset);
    }

    /// The newest update of which a moment was dropped; -1 for none.
    long droppedSequence() {
        return droppedSequence;
    }

    void addSentAfter(long sequence, List<byte[]> frames) {
        sent.stream().filter(moment -> moment.sequence > sequence).forEach(moment -> frames.add(moment.frame));
    }

    /// Adds the moments that a client has missed, after a `reload` if any of them may be unknown.
    void addMissedSince(String lastEventId, List<byte[]> frames) {
        long next = parseNextOffset(lastEventId);
        boolean isOurs = next >= 0 && next <= nextOffset;
        if (!isOurs || next <= droppedOffset) {
            frames.add(SseFrames.RELOAD);
        }
        if (isOurs) {
            sent.stream().filter(moment -> moment.offset >= next).forEach(moment -> frames.add(moment.frame));
        }
    }

    /// The event id of a frame with everything that was sent so far: partition and next offset. A client that reconnects
    /// with it gets the moments that still wait.
    String eventId() {
        return idOf(pending.isEmpty() ? nextOffset : pending.getFirst().offset);
    }

    private String idOf(long next) {
        return isAssigned() ? partition + "-" + next : "";
    }

    /// The next offset that an event id names, or -1 if it is not an id of this match.
    private long parseNextOffset(String eventId) {
        String prefix = partition + "-";
        String offset = eventId.startsWith(prefix) ? eventId.substring(prefix.length()) : "";
        return offset.matches("[0-9]{1,18}") ? Long.parseLong(offset) : -1;
    }
}
