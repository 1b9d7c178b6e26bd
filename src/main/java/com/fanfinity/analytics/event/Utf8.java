package com.fanfinity.analytics.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fanfinity.analytics.event.Fault.Code;

/// Checks that bytes are text in UTF-8. The JSON parser would guess other encodings and accept some invalid sequences.
public final class Utf8 {

    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private static final int MAX_DECODED = 4 << 10;

    private Utf8() {}

    /// Empty if the bytes are valid UTF-8.
    public static Optional<Fault> faultOf(byte[] bytes) {
        int at = 0;
        while (at + Long.BYTES <= bytes.length && isAsciiWithoutZero((long) EIGHT_BYTES.get(bytes, at))) {
            at += Long.BYTES;
        }
        boolean ascii = true;
        for (; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                return Optional
                        .of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "contains a zero byte; JSON must be UTF-8"));
            }
            ascii &= bytes[at] > 0;
        }
        if (ascii) {
            return Optional.empty();
        }
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            return Optional.of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "starts with a byte order mark; remove it"));
        }
        return isValid(bytes)
                ? Optional.empty()
                : Optional.of(new Fault(Fault.WHOLE, Code.INVALID_UTF8, "is not valid UTF-8"));
    }

    /// Decodes into a small buffer again and again: the whole text would take twice the memory of the bytes.
    private static boolean isValid(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(Math.min(bytes.length, MAX_DECODED) + 1);
        while (true) {
            CoderResult result = decoder.decode(in, text.clear(), true);
            if (!result.isOverflow()) {
                return !result.isError();
            }
        }
    }

    private static boolean isAsciiWithoutZero(long eight) {
        return ((eight | (eight - ONES)) & HIGH_BITS) == 0;
    }

    /// Moves on over text without quotes, backslashes and control characters, eight bytes at a time.
    ///
    /// @return a position at most eight bytes before the first of these characters
    static int endOfPlainText(byte[] bytes, int from) {
        int at = from;
        while (at + Long.BYTES <= bytes.length && isPlain((long) EIGHT_BYTES.get(bytes, at))) {
            at += Long.BYTES;
        }
        return at;
    }

    /// Each term has the high bit of a byte that is a control character, a quote or a backslash, and no bit if there is
    /// no such byte.
    private static boolean isPlain(long eight) {
        long quotes = eight ^ (ONES * '"');
        long backslashes = eight ^ (ONES * '\\');
        long found = ((eight - ONES * ' ') & ~eight) | ((quotes - ONES) & ~quotes)
                | ((backslashes - ONES) & ~backslashes);
        return (found & HIGH_BITS) == 0;
    }
}
