package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalLong;
import java.util.regex.Pattern;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// The headers of records. All values are text, so that any consumer can read them.
public final class RecordHeaders {

    /// When the service received the event: microseconds since the epoch, in decimal.
    public static final String RECEIVED_AT = "received-at";

    /// Why a record is a dead letter: a code for programs.
    public static final String REASON = "reason";

    /// Why a record is a dead letter: the faults, for people.
    public static final String DETAIL = "detail";

    /// The source topic of a record.
    public static final String SOURCE_TOPIC = "source-topic";

    /// The source partition of a record.
    public static final String SOURCE_PARTITION = "source-partition";

    /// The source offset of a record.
    public static final String SOURCE_OFFSET = "source-offset";

    /// The number of an event among the accepted events of its source partition, from 1.
    public static final String ACCEPTED_NUMBER = "accepted-number";

    /// The id of the key or token with which the event was sent over HTTP. A record of another producer on
    /// `match-events` may have any value, so it proves as much as the access rules of that topic.
    public static final String PRODUCER = "producer";

    /// The parts of a dead letter that were truncated, with their original lengths:
    /// `key=3 value=2000000 headers=0 bytes`.
    public static final String CUT = "cut";

    /// The leader epoch of a record of `match-events`. It is added when the record is read, and no topic contains it.
    public static final String LEADER_EPOCH = "fanfinity-leader-epoch";

    /// Present on a record of `match-events` whose own time is implausible, so that each reading gives it another
    /// arrival time. It is added when the record is read, and no topic contains it.
    public static final String UNSTABLE_TIME = "fanfinity-unstable-time";

    private static final int LONGEST_NUMBER = 19;

    private static final Pattern PRODUCER_ID = Pattern.compile("[A-Za-z0-9._:@-]{1,64}");

    private RecordHeaders() {}

    public static void put(Headers headers, String name, long number) {
        headers.add(name, Long.toString(number).getBytes(US_ASCII));
    }

    public static void put(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(UTF_8));
    }

    /// The last header of the name as a number that is not negative; empty if there is none or it has another value.
    public static OptionalLong number(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null || header.value().length == 0
                || header.value().length > LONGEST_NUMBER) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(new String(header.value(), US_ASCII));
            return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /// The header `producer`; empty text if there is none or it is no id.
    public static String producer(Headers headers) {
        return producer(text(headers, PRODUCER));
    }

    /// The text if it can be the id of a key; otherwise empty text.
    public static String producer(String text) {
        return PRODUCER_ID.matcher(text).matches() ? text : "";
    }

    /// Adds the header `producer` unless the id is empty.
    public static void putProducer(Headers headers, String id) {
        if (!id.isEmpty()) {
            put(headers, PRODUCER, id);
        }
    }

    /// The last header of the name as text; empty text if there is none.
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
