package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// One input of a run.
sealed interface FuzzInput {

    /// The kind of a request, which determines its answer.
    enum Form {
        /// A request whose answer may be larger than itself.
        READ,
        /// A request with a body.
        WRITE,
        /// A stream, whose answer has no end.
        STREAM,
        /// Bytes that are no valid request, so that the connection may end without an answer.
        BROKEN
    }

    /// A request over HTTP.
    record Http(byte[] head, byte[] body, Form form) implements FuzzInput {

        byte[] bytes() {
            byte[] all = new byte[head.length + body.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(body, 0, all, head.length, body.length);
            return all;
        }

        /// The target of the request line.
        String path() {
            String[] parts = new String(head, ISO_8859_1).split("\\s", 3);
            return parts.length > 1 ? parts[1] : "";
        }

        /// The same request with another body of the right length.
        Http withBody(byte[] other) {
            String text = new String(head, ISO_8859_1).replaceFirst("(?i)(\r\ncontent-length: *)[0-9]+",
                    "$1" + other.length);
            return new Http(text.getBytes(ISO_8859_1), other, form);
        }
    }

    /// A record of another producer on `match-events`.
    ///
    /// @param partition empty for the partition of the key
    /// @param timestamp empty for the producer's clock
    record KafkaRecord(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers, OptionalInt partition,
            OptionalLong timestamp) implements FuzzInput {}
}
