package com.fanfinity.analytics.live;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all frames that wait for viewers. A frame counts once, for any number of viewers.
final class PendingBytes {

    private final long limit;
    private final AtomicLong bytes = new AtomicLong();

    PendingBytes(long limit) {
        this.limit = limit;
    }

    void add(List<Frame> frames) {
        frames.forEach(frame -> bytes.addAndGet(frame.pin()));
    }

    void remove(Frame frame) {
        bytes.addAndGet(-frame.unpin());
    }

    long bytes() {
        return bytes.get();
    }

    boolean isOverLimit() {
        return bytes.get() > limit;
    }
}
