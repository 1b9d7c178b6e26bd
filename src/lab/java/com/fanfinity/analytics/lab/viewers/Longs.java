package com.fanfinity.analytics.lab.viewers;

import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/// A growing list of longs that never copies its elements. Not thread-safe.
final class Longs {
    private static final int BLOCK = 1 << 16;

    private final List<long[]> full = new ArrayList<>();
    private long[] last = new long[BLOCK];
    private int used;

    void add(long value) {
        if (used == BLOCK) {
            full.add(last);
            last = new long[BLOCK];
            used = 0;
        }
        last[used++] = value;
    }

    int size() {
        return full.size() * BLOCK + used;
    }

    void forEach(LongConsumer to) {
        full.forEach(block -> Arrays.stream(block).forEach(to));
        Arrays.stream(last, 0, used).forEach(to);
    }

    /// Writes the size, then the elements.
    void writeTo(DataOutput out) throws IOException {
        out.writeInt(size());
        for (long[] block : full) {
            write(block, BLOCK, out);
        }
        write(last, used, out);
    }

    private static void write(long[] block, int length, DataOutput out) throws IOException {
        for (int i = 0; i < length; i++) {
            out.writeLong(block[i]);
        }
    }
}
