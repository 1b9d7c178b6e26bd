package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Encoded events, or a part of them. All viewers share the bytes, which must not be changed.
final class Frame {

    /// The most that waits for one viewer. An update that is larger becomes a `reload`.
    static final int MAX_PENDING_BYTES = 1 << 20;

    static final Frame EMPTY = of(new byte[0]);
    static final Frame RELOAD = of(SseFrames.RELOAD);

    /// An array, and the number of viewers that it waits for.
    private record Shared(byte[] bytes, AtomicInteger pins) {}

    private final Shared shared;
    private final int from;
    private final int length;

    private Frame(Shared shared, int from, int length) {
        this.shared = shared;
        this.from = from;
        this.length = length;
    }

    /// @param bytes must not be changed
    static Frame of(byte[] bytes) {
        return new Frame(new Shared(bytes, new AtomicInteger()), 0, bytes.length);
    }

    /// Several frames as one, for all viewers.
    static Frame joined(List<Frame> frames) {
        if (frames.size() == 1) {
            return frames.getFirst();
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(totalLength(frames)));
        frames.forEach(frame -> all.put(frame.slice(0, frame.length())));
        return of(all.array());
    }

    static long totalLength(List<Frame> frames) {
        return frames.stream().mapToLong(Frame::length).sum();
    }

    int length() {
        return length;
    }

    /// A part that shares the bytes.
    Frame part(int start, int size) {
        return new Frame(shared, from + start, size);
    }

    /// This frame and the next one as one, if the next one directly follows it in the same array.
    @SuppressWarnings("ReferenceEquality") // of arrays
    Optional<Frame> extendedBy(Frame next) {
        return shared == next.shared && from + length == next.from
                ? Optional.of(new Frame(shared, from, length + next.length))
                : Optional.empty();
    }

    /// The bytes from `start` on, at most `most` of them, without a copy.
    ByteBuffer slice(int start, int most) {
        return ByteBuffer.wrap(shared.bytes, from + start, Math.min(most, length - start));
    }

    /// Counts a viewer that the frame waits for.
    ///
    /// @return the bytes that wait now and did not before
    int pin() {
        return shared.pins.getAndIncrement() == 0 ? shared.bytes.length : 0;
    }

    /// @return the bytes that waited until now
    int unpin() {
        return shared.pins.decrementAndGet() == 0 ? shared.bytes.length : 0;
    }

    /// Appends a frame to a list, to the last one if it directly follows it.
    static void append(List<Frame> frames, Frame next) {
        Optional<Frame> extended = frames.isEmpty() ? Optional.empty() : frames.getLast().extendedBy(next);
        extended.ifPresentOrElse(longer -> frames.set(frames.size() - 1, longer), () -> frames.add(next));
    }
}
