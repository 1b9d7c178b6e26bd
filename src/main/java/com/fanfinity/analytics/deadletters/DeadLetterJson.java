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
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.JsonSize;

/// The answers of the dead letter endpoints.
final class DeadLetterJson {

    /// `GET /api/dead-letters`.
    ///
    /// @param reasons the number of letters by reason
    record LetterPage(List<LetterHead> letters, @Nullable String nextCursor, Map<String, Long> reasons) {

        static LetterPage of(List<LetterHead> letters, @Nullable String nextCursor, Map<String, Long> reasons) {
            Map<String, Long> shown = new TreeMap<>();
            reasons.forEach((reason, count) -> shown.merge(shorten(reason), count, Long::sum));
            return new LetterPage(letters, nextCursor, shown);
        }
    }

    /// The most bytes of a text in JSON. Other producers may write any text to the topic of dead letters.
    private static final int MAX_TEXT = 1 << 10;

    private static final int MAX_KEY = 256;

    private static final int MAX_HEADERS = 512 << 10;

    /// The most bytes of a value that {@link LetterDetail} contains.
    static final int MAX_RAW = 2 << 20;

    /// A letter in a list.
    ///
    /// @param key undecodable bytes are replaced; a long key is shortened
    /// @param size of the value, in bytes
    record LetterHead(String id, String reason, String detail, Instant receivedAt, LetterSource source, String key,
            long size,
            @Nullable LastReplay replay) {

        static LetterHead of(DeadLetter letter, @Nullable ReplayAudit current) {
            return new LetterHead(letter.id().toString(), shorten(letter.reason()), shorten(letter.detail()),
                    letter.receivedAt(),
                    new LetterSource(shorten(letter.sourceTopic()), letter.sourcePartition(), letter.sourceOffset()),
                    JsonSize.shorten(new String(letter.key(), UTF_8), MAX_KEY), letter.size(),
                    current == null ? null : new LastReplay(current.outcome(), current.at()));
        }
    }

    record LetterSource(String topic, int partition, long offset) {}

    record LastReplay(String outcome, Instant at) {}

    /// `GET /api/dead-letters/{id}`.
    ///
    /// @param truncated whether headers, or a value of more than 2 MiB, are left out or shortened
    record LetterDetail(@JsonUnwrapped LetterHead head, Map<String, String> headers, String rawEncoding, String raw,
            boolean truncated, List<ReplayEntry> history) {

        static LetterDetail of(DeadLetterContent content, @Nullable ReplayAudit current, List<ReplayAudit> history) {
            Map<String, String> headers = new LinkedHashMap<>();
            boolean headersLeftOut = addHeaders(content.headers(), headers);
            Optional<String> text = decode(content.raw()).filter(value -> JsonSize.size(value) <= MAX_RAW);
            return new LetterDetail(LetterHead.of(content.letter(), current), headers,
                    text.isPresent() ? "utf-8" : "base64",
                    text.orElseGet(() -> Base64.getEncoder().encodeToString(content.raw())),
                    headersLeftOut || content.raw().length < content.letter().size(),
                    history.stream().map(ReplayEntry::of).toList());
        }

        /// @return whether headers are left out or shortened
        private static boolean addHeaders(Map<String, byte[]> found, Map<String, String> headers) {
            boolean cut = false;
            int bytes = 0;
            for (Map.Entry<String, byte[]> header : found.entrySet()) {
                String value = new String(header.getValue(), UTF_8);
                String shown = shorten(value);
                bytes += JsonSize.size(header.getKey()) + JsonSize.size(shown) + "\"\":\"\",".length();
                if (bytes > MAX_HEADERS) {
                    return true;
                }
                cut |= !shown.equals(value);
                headers.put(header.getKey(), shown);
            }
            return cut;
        }
    }

    /// A replay in the history of a letter.
    ///
    /// @param by the name of the key that requested the replay
    record ReplayEntry(String outcome, Instant at, String by, String requestId, String detail, String eventId,
            String matchId) {

        static ReplayEntry of(ReplayAudit audit) {
            return new ReplayEntry(audit.outcome(), audit.at(), audit.by(), shorten(audit.requestId()),
                    shorten(audit.detail()), shorten(audit.eventId()), shorten(audit.matchId()));
        }
    }

    private DeadLetterJson() {}

    private static String shorten(String text) {
        return JsonSize.shorten(text, MAX_TEXT);
    }

    /// Empty if the bytes are not UTF-8.
    private static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
