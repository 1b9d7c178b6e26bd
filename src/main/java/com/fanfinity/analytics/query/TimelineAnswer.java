package com.fanfinity.analytics.query;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.limits.AnswerLimit;

/// `GET /api/matches/{matchId}/timeline`: the members of {@link TimelineHead}, and `windows`.
///
/// The windows are encoded one by one: as objects, those of an answer of 4 MiB would take up to 80 MB.
final class TimelineAnswer {

    /// @param truncated whether windows are left out
    record TimelineHead(String matchId, int windowSeconds, boolean truncated, @JsonUnwrapped AnswerAge age) {}

    record TimelineWindow(Instant start, long events, Map<String, Long> byType, Map<String, Long> byTeam) {}

    private static final byte[] WINDOWS = ",\"windows\":[".getBytes(US_ASCII);
    private static final byte[] END = "]}".getBytes(US_ASCII);

    private final ByteArrayOutputStream answer = new ByteArrayOutputStream(4 << 10);
    private int size;

    TimelineAnswer(TimelineHead head) {
        byte[] members = Json.toBytes(head);
        answer.write(members, 0, members.length - 1);
        answer.writeBytes(WINDOWS);
    }

    /// Adds a window.
    ///
    /// @return false if the answer has no room for it
    boolean add(TimelineWindow window) {
        byte[] json = Json.toBytes(window);
        if (answer.size() + 1 + json.length + END.length > AnswerLimit.MAX_BYTES) {
            return false;
        }
        if (size++ > 0) {
            answer.write(',');
        }
        answer.writeBytes(json);
        return true;
    }

    /// The number of windows.
    int size() {
        return size;
    }

    /// Call once.
    byte[] toJson() {
        answer.writeBytes(END);
        return answer.toByteArray();
    }
}
