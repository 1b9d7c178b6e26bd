package com.fanfinity.analytics.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.http.RequestBody.BodyBlocks;

class BodyBlocksTest {

    private final Random random = new Random(7);

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "100, 100", "100, 40", "16384, 16384", "16385, 16385", "65536, 100", "65536, 65536",
        "8388608, 3000000", "8388608, 8388608"})
    void body_inPiecesOfAnyLength_isWhole(int announced, int length) {
        byte[] sent = new byte[length];
        random.nextBytes(sent);
        BodyBlocks body = new BodyBlocks(announced);
        for (int at = 0; at < length;) {
            byte[] block = body.block();
            int room = block.length - body.used();
            assertTrue(room > 0);
            int piece = Math.min(1 + random.nextInt(room), length - at);
            System.arraycopy(sent, at, block, body.used(), piece);
            body.arrived(piece);
            at += piece;
        }

        assertEquals(length, body.size());
        assertArrayEquals(sent, body.toBytes());
    }

    /// A body that is announced and does not arrive takes no memory, and single bytes do not take a block each.
    @Test
    void block_isKeptUntilItIsFull() {
        BodyBlocks body = new BodyBlocks(8 << 20);
        byte[] first = body.block();
        assertEquals(16 << 10, first.length);
        for (int i = 0; i < first.length; i++) {
            assertSame(first, body.block());
            body.arrived(1);
        }

        assertEquals(16 << 10, body.block().length);
        assertEquals(first.length, body.size());
    }

    /// The read that finds the end of a small body must not cost more than the body.
    @Test
    void block_afterTheAnnouncedLength_isShort() {
        BodyBlocks body = new BodyBlocks(300);
        byte[] first = body.block();
        body.arrived(first.length);

        assertEquals(300, first.length);
        assertEquals(1, body.block().length);
        assertSame(first, body.toBytes());
    }
}
