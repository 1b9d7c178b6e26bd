package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;

/// Decodes HTTP's chunked transfer coding of a body that arrives in pieces of any size.
final class ChunkDecoder {
    private static final long LONGEST_CHUNK = 1 << 28;

    /// The part of the coding to which the next byte belongs.
    private enum Section {
        SIZE,
        EXTENSION,
        DATA,
        END_OF_DATA,
        TRAILER,
        TRAILER_LINE,
        END
    }

    private Section state = Section.SIZE;
    private long remaining;
    private int digits;

    /// Decodes all of `in` from `from` to `to`.
    ///
    /// @param out receives the decoded bytes from `at` on; it must have room for as many bytes as the input
    /// @return the end of the decoded bytes in `out`
    /// @throws IOException if the coding is invalid
    int decode(byte[] in, int from, int to, byte[] out, int at) throws IOException {
        int next = from;
        int end = at;
        while (next < to && state != Section.END) {
            if (state == Section.DATA) {
                int length = (int) Math.min(remaining, to - next);
                System.arraycopy(in, next, out, end, length);
                next += length;
                end += length;
                remaining -= length;
                state = remaining == 0 ? Section.END_OF_DATA : Section.DATA;
            } else {
                state = step(in[next++]);
            }
        }
        return end;
    }

    /// Whether the last chunk and its trailer have arrived.
    boolean ended() {
        return state == Section.END;
    }

    private Section step(byte b) throws IOException {
        return switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> b == '\n' ? afterSize() : Section.EXTENSION;
            case END_OF_DATA -> endOfData(b);
            case TRAILER -> trailer(b);
            case TRAILER_LINE -> b == '\n' ? Section.TRAILER : Section.TRAILER_LINE;
            case DATA, END -> throw new IllegalStateException("not decoded byte by byte");
        };
    }

    private Section size(byte b) throws IOException {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            digits++;
            remaining = remaining * 16 + digit;
            if (remaining > LONGEST_CHUNK) {
                throw new IOException("a chunk is too long");
            }
            return Section.SIZE;
        }
        if (digits == 0) {
            throw new IOException("a chunk has no size");
        }
        return b == '\n' ? afterSize() : Section.EXTENSION;
    }

    private Section afterSize() {
        digits = 0;
        return remaining == 0 ? Section.TRAILER : Section.DATA;
    }

    private static Section endOfData(byte b) throws IOException {
        if (b != '\r' && b != '\n') {
            throw new IOException("a chunk is longer than its size");
        }
        return b == '\n' ? Section.SIZE : Section.END_OF_DATA;
    }

    private static Section trailer(byte b) {
        return switch (b) {
            case '\r' -> Section.TRAILER;
            case '\n' -> Section.END;
            default -> Section.TRAILER_LINE;
        };
    }
}
