package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/// The answers of the dead letter endpoints.
final class DeadLetterJson {

    /// `GET /api/dead-letters`.
    ///
    /// @param reasons the number of letters by reason
    record LetterPage(List<LetterHead> letters, @Nullable String nextCursor, Map<String, Long> reasons) {}

    /// A letter in a list.
    ///
    /// @param key undecodable bytes are replaced
    /// @param size of the value, in bytes
    record LetterHead(String id, String reason, String detail, Instant receivedAt, LetterSource source, String key,
            long size,
            @Nullable LastReplay replay) {

        static LetterHead of(DeadLetter letter, @Nullable ReplayAudit current) {
            return new LetterHead(letter.id().toString(), letter.reason(), letter.detail(), letter.receivedAt(),
                    new LetterSource(letter.sourceTopic(), letter.sourcePartition(), letter.sourceOffset()),
                    new String(letter.key(), UTF_8), letter.size(),
                    current == null ? null : new LastReplay(current.outcome(), current.at()));
        }
    }

    record LetterSource(String topic, int partition, long offset) {}

    record LastReplay(String outcome, Instant at) {}

    /// `GET /api/dead-letters/{id}`.
    record LetterDetail(@JsonUnwrapped LetterHead head, Map<String, String> headers, String rawEncoding, String raw,
            List<ReplayEntry> history) {

        static LetterDetail of(DeadLetterContent content, @Nullable ReplayAudit current, List<ReplayAudit> history) {
            Map<String, String> headers = new LinkedHashMap<>();
            content.headers().forEach((name, value) -> headers.put(name, new String(value, UTF_8)));
            Optional<String> text = decode(content.raw());
            return new LetterDetail(LetterHead.of(content.letter(), current), headers,
                    text.isPresent() ? "utf-8" : "base64",
                    text.orElseGet(() -> Base64.getEncoder().encodeToString(content.raw())),
                    history.stream().map(ReplayEntry::of).toList());
        }
    }

    /// A replay in the history of a letter.
    ///
    /// @param by the name of the key that requested the replay
    record ReplayEntry(String outcome, Instant at, String by, String requestId, String detail, String eventId,
            String matchId) {

        static ReplayEntry of(ReplayAudit audit) {
            return new ReplayEntry(audit.outcome(), audit.at(), audit.by(), audit.requestId(), audit.detail(),
                    audit.eventId(),
                    audit.matchId());
        }
    }

    private DeadLetterJson() {}

    /// Empty if the bytes are not UTF-8.
    private static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
