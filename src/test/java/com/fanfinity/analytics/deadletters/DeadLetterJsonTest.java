package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterDetail;
import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterHead;
import com.fanfinity.analytics.deadletters.DeadLetterJson.LetterPage;
import com.fanfinity.analytics.event.Json;

/// Another producer decides what a dead letter holds: up to 1 MiB each of key, value and headers, of control characters
/// that take six bytes each in JSON.
class DeadLetterJsonTest {
    private static final int MIB = 1 << 20;
    private static final byte[] WORST = "\u0001".repeat(MIB).getBytes(UTF_8);
    private static final String WORST_TEXT = "\u0001".repeat(2_000);

    private static DeadLetter letter(byte[] key, long size) {
        return new DeadLetter(new DeadLetterId("t".repeat(249), Integer.MAX_VALUE, Long.MAX_VALUE), WORST_TEXT,
                WORST_TEXT, Long.MAX_VALUE / 1_000, WORST_TEXT, Integer.MIN_VALUE, Long.MIN_VALUE, key, size);
    }

    private static ReplayAudit audit() {
        return new ReplayAudit(letter(new byte[0], 0).id(), "not_replayable", WORST_TEXT, WORST_TEXT, WORST_TEXT,
                WORST_TEXT, "admin", Instant.EPOCH);
    }

    @Test
    void page_worstLetters_isAtMost4MiB() {
        LetterHead head = LetterHead.of(letter(WORST, MIB), audit());
        Map<String, Long> reasons = new TreeMap<>();
        for (long i = 0; i < 100; i++) {
            reasons.put(i + "\u0001".repeat(MIB / 16), i);
        }

        assertTrue(Json.toBytes(LetterPage.of(Collections.nCopies(500, head), "c".repeat(600), reasons)).length <= 4
                * MIB);
    }

    @Test
    void page_reasonsThatDifferInTheirEnds_areCountedTogether() {
        String reason = "r".repeat(1_100);

        LetterPage page = LetterPage.of(List.of(), null, Map.of(reason + "1", 2L, reason + "2", 3L, "invalid", 4L));

        assertEquals(List.of(4L, 5L), List.copyOf(page.reasons().values()));
    }

    @Test
    void detail_worstLetter_isAtMost4MiBAndMarked() {
        Map<String, byte[]> headers = new TreeMap<>();
        for (int i = 0; i < 50_000; i++) {
            headers.put("\u0001\u0001" + i, "\u0001".repeat(10).getBytes(UTF_8));
        }
        headers.put("0", WORST);
        LetterDetail detail = LetterDetail.of(new DeadLetterContent(letter(WORST, MIB), headers, WORST), audit(),
                Collections.nCopies(200, audit()));

        assertTrue(Json.toBytes(detail).length <= 4 * MIB);
        assertTrue(detail.truncated());
        assertEquals("base64", detail.rawEncoding());
    }

    @Test
    void detail_ordinaryLetter_isComplete() {
        byte[] raw = "{\"a\":1}".getBytes(UTF_8);
        LetterDetail detail = LetterDetail.of(
                new DeadLetterContent(letter("m".getBytes(UTF_8), raw.length), Map.of("name", raw), raw), null,
                Collections.emptyList());

        assertFalse(detail.truncated());
        assertEquals("utf-8", detail.rawEncoding());
        assertEquals(Map.of("name", "{\"a\":1}"), detail.headers());
        assertEquals("m", detail.head().key());
    }
}
