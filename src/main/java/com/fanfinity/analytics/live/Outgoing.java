package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The update that waits for one viewer: the frames that are left of it, and how fast the client takes them. Times are
/// nanoseconds of the monotonic clock. The viewer's lock guards it.
final class Outgoing {

    /// A viewer must take {@value #LEAST_BYTES} in this time, unless nothing waits for it.
    static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LEAST_BYTES = 10 << 10;

    /// Bytes of one write. Small, so that each write that completes shows how fast the client reads.
    private static final int WRITE_BYTES = 8 << 10;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final PendingBytes pending;
    private final Deque<Frame> frames = new ArrayDeque<>(0);
    /// Of the first frame.
    private int written;
    private ByteBuffer part = NO_BYTES;
    private int partLength;
    private long since;
    private long takenBefore;
    /// The last time at which the client had taken enough, and the bytes that it had taken by then.
    private long markedAt;
    private long takenAtMark;

    Outgoing(PendingBytes pending) {
        this.pending = pending;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /// When the newest update began.
    long since() {
        return since;
    }

    /// Begins an update. The one before must have been taken.
    void begin(List<Frame> update, long now) {
        pending.add(update);
        frames.addAll(update);
        since = now;
        markedAt = now;
        takenAtMark = takenBefore;
    }

    /// The bytes of the next write.
    ByteBuffer nextPart() {
        part = frames.getFirst().slice(written, WRITE_BYTES);
        partLength = part.remaining();
        return part;
    }

    /// Continues after the part that was written.
    void advance() {
        takenBefore += partLength;
        written += partLength;
        part = NO_BYTES;
        partLength = 0;
        if (written == frames.getFirst().length()) {
            written = 0;
            pending.remove(frames.removeFirst());
        }
    }

    /// Forgets the rest of the update.
    void clear() {
        frames.forEach(pending::remove);
        frames.clear();
        part = NO_BYTES;
        partLength = 0;
    }

    /// Checks how much the client has taken. Must be called often: bytes that the network took at once must not count
    /// for the seconds after them.
    ///
    /// @return whether something waits and the client took less than it must in the last {@link #SLOW_NANOS}
    boolean isTooSlow(long now) {
        if (frames.isEmpty()) {
            return false;
        }
        long taken = takenBefore + partLength - part.remaining();
        if (taken - takenAtMark >= LEAST_BYTES) {
            takenAtMark = taken;
            markedAt = now;
            return false;
        }
        return now - markedAt >= SLOW_NANOS;
    }
}
