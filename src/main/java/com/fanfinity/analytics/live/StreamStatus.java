package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Optional;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;

/// What viewers are told of the stream itself, whatever they follow: whether it follows what is published, and how old what it tells is. Every
/// viewer is told the newest one once.
final class StreamStatus {

    /// Before anything is known.
    static final StreamStatus NONE = new StreamStatus(new byte[0]);

    private final byte[] frame;

    private StreamStatus(byte[] frame) {
        this.frame = frame;
    }

    /// Shared; not to be changed.
    byte[] frame() {
        return frame;
    }

    /// @param asOf everything published before then was told; empty if that is not known
    static StreamStatus of(boolean following, Optional<Instant> asOf) {
        return new StreamStatus(SseFrames.event("status", Json.object(json -> {
            json.writeBooleanField("following", following);
            if (asOf.isPresent()) {
                json.writeStringField("asOf", Timestamps.formatMillis(asOf.get().toEpochMilli()));
            } else {
                json.writeNullField("asOf");
            }
        }), ""));
    }
}
