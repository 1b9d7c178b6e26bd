package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    private static final int LARGEST_BATCH = 8 << 20;

    /// Every alignment of a character of four bytes to the buffer of the check.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4_090, 4_091, 4_092, 4_093, 4_094, 4_095, 4_096, 4_097})
    void faultOf_longText_findsOnlyWhatIsBroken(int before) {
        byte[] text = ("x".repeat(before) + "\u00e9\u754c\uD83D\uDE00".repeat(3_000)).getBytes(UTF_8);
        assertEquals(Optional.empty(), Utf8.faultOf(text));

        assertTrue(Utf8.faultOf(Arrays.copyOf(text, text.length - 1)).isPresent(), "the last character is cut");
        for (int broken : new int[]{before, text.length / 2, text.length - 1}) {
            byte[] other = text.clone();
            other[broken] = (byte) 0xFF;
            assertTrue(Utf8.faultOf(other).isPresent(), "byte " + broken);
        }
    }

    /// Several batches of this length can arrive at the same time. The text of one would take twice its bytes.
    @Test
    void faultOf_largestBatch_takesNoMemory() {
        byte[] batch = new byte[LARGEST_BATCH];
        Arrays.fill(batch, (byte) 'x');
        byte[] wide = "\u754c".getBytes(UTF_8);
        System.arraycopy(wide, 0, batch, 0, wide.length);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertEquals(Optional.empty(), Utf8.faultOf(batch));

        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1 << 20, "less than a MiB");
    }
}
