package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Optional;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;

/// What viewers are told of the stream itself: whether it follows what is published, and how old what it tells is.
final class LiveStatus {

    private LiveStatus() {}

    /// @param asOf everything published before then was told; empty if that is not known
    static byte[] frame(boolean following, Optional<Instant> asOf) {
        return Frames.event("status", Json.object(json -> {
            json.writeBooleanField("following", following);
            if (asOf.isPresent()) {
                json.writeStringField("asOf", Timestamps.formatMillis(asOf.get().toEpochMilli()));
            } else {
                json.writeNullField("asOf");
            }
        }), "");
    }
}
