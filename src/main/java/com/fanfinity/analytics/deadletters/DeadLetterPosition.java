package com.fanfinity.analytics.deadletters;

import com.fanfinity.analytics.http.Cursor;
import com.fanfinity.analytics.http.ProblemException;

/// The position of a letter in the order of arrival. Letters with equal times are ordered by topic, partition and
/// offset.
///
/// @param receivedAtMicros microseconds since the epoch
record DeadLetterPosition(long receivedAtMicros, DeadLetterId id) {

    String toCursor() {
        return Cursor.of(Long.toString(receivedAtMicros), id.toString());
    }

    /// @throws ProblemException 400 if the cursor is invalid
    static DeadLetterPosition ofCursor(String cursor) {
        return Cursor.read(cursor, 2, parts -> new DeadLetterPosition(Long.parseLong(parts[0]),
                DeadLetterId.parse(parts[1]).orElseThrow(() -> new IllegalArgumentException("invalid position"))));
    }
}
