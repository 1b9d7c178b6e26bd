package com.fanfinity.analytics.deadletters;

import com.fanfinity.analytics.http.Cursor;
import com.fanfinity.analytics.http.ProblemException;

/// Where a letter stands in the order of their arrival; equal times go by topic, partition and offset, so that no two share a place.
///
/// @param receivedAtMicros microseconds since the epoch
record DeadLetterPosition(long receivedAtMicros, DeadLetterId id) {

    String toCursor() {
        return Cursor.of(Long.toString(receivedAtMicros), id.toString());
    }

    /// @throws ProblemException 400 if it is no cursor of ours
    static DeadLetterPosition ofCursor(String cursor) {
        return Cursor.read(cursor, 2, parts -> new DeadLetterPosition(Long.parseLong(parts[0]),
                DeadLetterId.parse(parts[1]).orElseThrow(() -> new IllegalArgumentException("no place"))));
    }
}
