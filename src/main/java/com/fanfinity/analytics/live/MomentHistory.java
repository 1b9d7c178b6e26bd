package com.fanfinity.analytics.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// The key moments of a match: those that wait for the next update, and those that a client which reconnects may have
/// missed. The channel's lock guards it.
///
/// A moment is identified by its offset in the topic `match-moments`. The event id of a frame names the match's
/// partition and the offset after the newest moment.
///
/// Moments that were sent are joined to chunks. So a client that reconnects needs a few frames, which it shares with
/// all other clients, even if it has missed hundreds of moments.
final class MomentHistory {

    /// How long a moment is kept for clients that reconnect.
    static final long RETENTION_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final int MAX_MOMENTS = 1_000;
    private static final int NO_PARTITION = -1;

    /// No client gets more at once, so no more are kept.
    private static final long MAX_BYTES = Frame.MAX_PENDING_BYTES;

    /// A chunk is complete at either size.
    private static final int CHUNK_MOMENTS = 32;
    private static final int CHUNK_BYTES = 16 << 10;

    /// @param sequence of the update that sent it; 0 while it waits
    /// @param at when it was published, milliseconds since the epoch
    private record Moment(long sequence, long offset, long at, Frame frame) {

        Moment sentWith(long update) {
            return new Moment(update, offset, at, frame);
        }

        Moment withFrame(Frame same) {
            return new Moment(sequence, offset, at, same);
        }
    }

    /// Of all matches.
    private final LongAdder allBytes;
    private final Deque<Moment> pending = new ArrayDeque<>();
    private final Deque<Moment> sent = new ArrayDeque<>();
    private long pendingBytes;
    private long sentBytes;
    /// Whether moments were dropped before they were sent.
    private boolean pendingLost;
    /// The newest sent moments that are not in a chunk yet.
    private int unchunked;
    private long unchunkedBytes;
    private long droppedSequence = -1;
    private long droppedOffset = -1;
    private int partition = NO_PARTITION;
    private long nextOffset;

    /// @param allBytes the size of the moments of all matches
    MomentHistory(LongAdder allBytes) {
        this.allBytes = allBytes;
    }

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
        while (!sent.isEmpty()) {
            removeFirstSent();
        }
        clearPending();
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
        addPending(new Moment(0, offset, at, Frame.of(SseFrames.event("event", json, idOf(nextOffset)))));
        return true;
    }

    private void addPending(Moment moment) {
        pending.addLast(moment);
        pendingBytes += moment.frame.length();
        allBytes.add(moment.frame.length());
        while (pending.size() > MAX_MOMENTS || pendingBytes > MAX_BYTES) {
            loseFirstPending();
        }
    }

    private void loseFirstPending() {
        Moment lost = pending.removeFirst();
        pendingBytes -= lost.frame.length();
        allBytes.add(-lost.frame.length());
        droppedOffset = Math.max(droppedOffset, lost.offset);
        pendingLost = true;
    }

    private void clearPending() {
        allBytes.add(-pendingBytes);
        pendingBytes = 0;
        pending.clear();
        pendingLost = false;
    }

    boolean hasPending() {
        return pendingLost || !pending.isEmpty();
    }

    /// Moves the waiting moments into an update; a `reload` replaces them if some were dropped.
    void drainTo(List<Frame> frames, long sequence) {
        if (pendingLost) {
            droppedSequence = sequence;
            frames.add(Frame.RELOAD);
        } else {
            pending.forEach(moment -> frames.add(moment.frame));
        }
        for (Moment moment : pending) {
            sent.addLast(moment.sentWith(sequence));
            sentBytes += moment.frame.length();
            allBytes.add(moment.frame.length());
            unchunked++;
            unchunkedBytes += moment.frame.length();
            completeChunk();
        }
        clearPending();
        while (sent.size() > MAX_MOMENTS || sentBytes > MAX_BYTES) {
            drop(removeFirstSent());
        }
    }

    private void completeChunk() {
        if (unchunked < CHUNK_MOMENTS && unchunkedBytes < CHUNK_BYTES) {
            return;
        }
        List<Moment> newest = new ArrayList<>();
        while (newest.size() < unchunked) {
            newest.addFirst(sent.removeLast());
        }
        Frame chunk = Frame.joined(newest.stream().map(Moment::frame).toList());
        int start = 0;
        for (Moment moment : newest) {
            sent.addLast(moment.withFrame(chunk.part(start, moment.frame.length())));
            start += moment.frame.length();
        }
        unchunked = 0;
        unchunkedBytes = 0;
    }

    /// Drops the moments that are older than the retention.
    ///
    /// @param now milliseconds since the epoch
    void expire(long now) {
        while (!sent.isEmpty() && sent.getFirst().at < now - RETENTION_MILLIS) {
            drop(removeFirstSent());
        }
    }

    /// Drops all moments. Those that wait become a `reload`.
    void dropAll() {
        while (!sent.isEmpty()) {
            drop(removeFirstSent());
        }
        while (!pending.isEmpty()) {
            loseFirstPending();
        }
    }

    private Moment removeFirstSent() {
        Moment first = sent.removeFirst();
        sentBytes -= first.frame.length();
        allBytes.add(-first.frame.length());
        unchunked = Math.min(unchunked, sent.size());
        unchunkedBytes = Math.min(unchunkedBytes, sentBytes);
        return first;
    }

    private void drop(Moment moment) {
        droppedSequence = Math.max(droppedSequence, moment.sequence);
        droppedOffset = Math.max(droppedOffset, moment.offset);
    }

    /// The newest update of which a moment was dropped; -1 for none.
    long droppedSequence() {
        return droppedSequence;
    }

    void addSentAfter(long sequence, List<Frame> frames) {
        sent.stream().filter(moment -> moment.sequence > sequence)
                .forEach(moment -> Frame.append(frames, moment.frame));
    }

    /// Adds the moments that a client has missed, after a `reload` if any of them may be unknown.
    void addMissedSince(String lastEventId, List<Frame> frames) {
        long next = parseNextOffset(lastEventId);
        boolean isOurs = next >= 0 && next <= nextOffset;
        if (!isOurs || next <= droppedOffset) {
            frames.add(Frame.RELOAD);
        }
        if (isOurs) {
            sent.stream().filter(moment -> moment.offset >= next)
                    .forEach(moment -> Frame.append(frames, moment.frame));
        }
    }

    /// The event id of a frame with everything that was sent so far: partition and next offset. A client that
    /// reconnects with it gets the moments that still wait.
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
