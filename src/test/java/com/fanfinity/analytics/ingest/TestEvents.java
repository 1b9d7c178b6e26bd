package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;

/// Valid events by number.
final class TestEvents {
    static final EventCodec CODEC = new EventCodec(new EventRules(Duration.ofHours(24)));

    private TestEvents() {}

    static String id(int number) {
        return new UUID(0x1234_5678_0000_7000L, 0x8000_0000_0000_0000L | number).toString();
    }

    static String json(int number) {
        return "{\"eventId\":\"" + id(number) + "\"," + withoutId(number).substring(1);
    }

    static String withoutId(int number) {
        return "{\"matchId\":\"m-" + number % 7
                + "\",\"eventType\":\"pass\",\"timestamp\":\"2018-07-15T15:37:58.895Z\",\"teamId\":\"4418\"}";
    }

    static OutgoingEvent outgoing(int number) {
        byte[] json = json(number).getBytes(UTF_8);
        return switch (CODEC.decode(json, Instant.now(), UUID::randomUUID)) {
            case Decoded.Valid(var event, _) -> new OutgoingEvent(event, json, "");
            case Decoded.Invalid invalid -> throw new AssertionError(invalid);
        };
    }
}
