package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;

/// The `status` event: whether the stream is current, and up to which time. Viewers of every channel receive it.
final class StreamStatus {

    /// The JSON of the event.
    record StatusJson(boolean following, @Nullable Instant asOf) {}

    /// The status before the first one is known; an empty frame.
    static final StreamStatus NONE = new StreamStatus(Frame.EMPTY);

    private final Frame frame;

    private StreamStatus(Frame frame) {
        this.frame = frame;
    }

    Frame frame() {
        return frame;
    }

    /// @param following whether updates are at most a few seconds old
    /// @param asOf every record published before this time has been read, and is sent within a second; empty if no such
    ///     time is known
    static StreamStatus of(boolean following, Optional<Instant> asOf) {
        return new StreamStatus(
                Frame.of(SseFrames.event("status", Json.toBytes(new StatusJson(following, asOf.orElse(null))), "")));
    }
}
