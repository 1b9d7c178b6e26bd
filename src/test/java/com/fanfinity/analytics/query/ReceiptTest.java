package com.fanfinity.analytics.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.query.Receipt.LetterEffect;
import com.fanfinity.analytics.query.Receipt.ReceiptLetter;
import com.fanfinity.analytics.query.Receipt.StoredRow;

class ReceiptTest {

    private static final Instant CAME = Instant.parse("2026-11-21T12:00:00.123456Z");
    private static final Optional<Instant> ACCEPTED = Optional.of(CAME);
    private static final Optional<StoredRow> ROW = Optional.of(new StoredRow(CAME, Optional.empty()));

    private static ReceiptLetter letter(LetterEffect kind, Instant receivedAt) {
        return new ReceiptLetter("match-events-dead:0:1", "reason", "detail", receivedAt, kind);
    }

    @Test
    void stored_withoutALetter_isCounted() {
        Receipt receipt = Receipt.of(Optional.empty(), ROW, List.of());

        assertTrue(receipt.isCounted());
        assertTrue(receipt.dead().isEmpty());
    }

    @Test
    void failedInCounting_storedOrNotYet_isNotCounted() {
        ReceiptLetter failed = letter(LetterEffect.NOT_COUNTED, CAME);
        for (Optional<StoredRow> row : List.of(ROW, Optional.<StoredRow>empty())) {
            Receipt receipt = Receipt.of(ACCEPTED, row,
                    List.of(letter(LetterEffect.REJECTED, CAME.plusSeconds(1)), failed));

            assertFalse(receipt.isCounted());
            assertTrue(receipt.isKnown());
            assertEquals(Optional.of(failed), receipt.dead());
        }
    }

    /// Other producers may write any text to the topic of dead letters.
    @Test
    void answer_worstLetter_isBounded() {
        String worst = "\u0001".repeat(1 << 20);
        Receipt receipt = Receipt.of(Optional.empty(), Optional.empty(),
                List.of(new ReceiptLetter("match-events-dead:0:1", worst, worst, CAME, LetterEffect.REJECTED)));

        assertTrue(Json.toBytes(ReceiptAnswer.of("m", UUID.randomUUID(), receipt)).length <= 4_096);
    }

    @Test
    void repeatFailedInCounting_eventItself_isCounted() {
        List<ReceiptLetter> repeat = List.of(letter(LetterEffect.NOT_COUNTED, CAME.plusNanos(1_000)));

        assertTrue(Receipt.of(ACCEPTED, ROW, repeat).isCounted());
        assertTrue(Receipt.of(ACCEPTED, ROW, repeat).dead().isEmpty());
    }

    /// When the topology no longer knows the event, its letter proves that it was accepted.
    @Test
    void unstorable_afterTheDedupeWindow_isCounted() {
        ReceiptLetter unstorable = letter(LetterEffect.NOT_STORED, CAME);
        Receipt receipt = Receipt.of(Optional.empty(), Optional.empty(),
                List.of(letter(LetterEffect.REJECTED, CAME.plusSeconds(1)), unstorable));

        assertTrue(receipt.isCounted());
        assertEquals(Optional.of(unstorable), receipt.dead());
        assertFalse(Receipt
                .of(Optional.empty(), Optional.empty(), List.of(unstorable, letter(LetterEffect.NOT_COUNTED, CAME)))
                .isCounted());
    }

    @Test
    void rejected_only_isKnownAndNotCounted() {
        Receipt receipt = Receipt.of(Optional.empty(), Optional.empty(), List.of(letter(LetterEffect.REJECTED, CAME)));

        assertTrue(receipt.isKnown());
        assertFalse(receipt.isCounted());
        assertFalse(Receipt.of(Optional.empty(), Optional.empty(), List.of()).isKnown());
    }
}
