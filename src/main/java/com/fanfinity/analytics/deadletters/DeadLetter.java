package com.fanfinity.analytics.deadletters;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A dead letter without its content.
///
/// @param reason normally that of a {@link com.fanfinity.analytics.event.DeadReason}; others may write to the topic too
/// @param sourcePartition of `sourceTopic`; -1, as `sourceOffset`, if the letter does not name its source
/// @param key as it was, any bytes
/// @param size of the value, in bytes
record DeadLetter(DeadLetterId id, String reason, String detail, long receivedAtMicros, String sourceTopic,
        int sourcePartition, long sourceOffset,
        byte[] key, long size) {

    DeadLetterPosition place() {
        return new DeadLetterPosition(receivedAtMicros, id);
    }

    Instant receivedAt() {
        return Instant.EPOCH.plus(receivedAtMicros, ChronoUnit.MICROS);
    }
}
