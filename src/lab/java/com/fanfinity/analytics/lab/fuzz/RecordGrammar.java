package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Records that a producer other than the service may write.
final class RecordGrammar {

    private static final List<String> HEADER_NAMES = List.of("received-at", "reason", "detail", "source-topic",
            "source-partition", "source-offset", "cut", "traceparent", "producer", "", "x");
    private static final List<String> HEADER_VALUES = List.of("9223372036854775807", "-9223372036854775808",
            "99999999999999999999", "", "abc", "0", " 1", "1700000000000", "\u202E");

    private final EventGrammar events;
    private final int partitions;

    RecordGrammar(EventGrammar events, int partitions) {
        this.events = events;
        this.partitions = partitions;
    }

    FuzzInput.KafkaRecord record(Chance chance) {
        String match = events.matchId(chance);
        byte @Nullable [] key = switch (chance.below(8)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> chance.bytes(chance.length());
            case 3 -> "k\nFAKE LOG LINE\u001b[31m".getBytes(UTF_8);
            default -> match.getBytes(UTF_8);
        };
        byte @Nullable [] value = switch (chance.below(8)) {
            case 0 -> null;
            case 1 -> chance.bytes(chance.length());
            case 2 -> "[".repeat(chance.length()).getBytes(UTF_8);
            default -> events.event(chance);
        };
        return new FuzzInput.KafkaRecord(key, value, headers(chance),
                chance.once(10) ? OptionalInt.of(chance.below(partitions)) : OptionalInt.empty(),
                chance.once(10)
                        ? OptionalLong.of(Math.abs(chance.anyLong() >> chance.below(60)))
                        : OptionalLong.empty());
    }

    private static List<Header> headers(Chance chance) {
        List<Header> headers = new ArrayList<>();
        int count = chance.once(200) ? 3_000 : chance.once(2) ? 0 : chance.below(4);
        for (int i = 0; i < count; i++) {
            byte @Nullable [] value = chance.once(6)
                    ? null
                    : chance.once(6) ? chance.bytes(9) : chance.of(HEADER_VALUES).getBytes(UTF_8);
            headers.add(new RecordHeader(chance.of(HEADER_NAMES), value));
        }
        return headers;
    }
}
