package com.fanfinity.analytics.lab.viewers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// Searches byte arrays without allocation.
final class Bytes {
    static final int NONE = -1;

    private Bytes() {}

    static byte[] of(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static boolean isAt(byte[] needle, byte[] in, int at, int to) {
        if (at < 0 || at + needle.length > to) {
            return false;
        }
        for (int i = 0; i < needle.length; i++) {
            if (in[at + i] != needle[i]) {
                return false;
            }
        }
        return true;
    }

    /// @return the index of the first occurrence, else -1
    static int indexOf(byte[] needle, byte[] in, int from, int to) {
        for (int at = from; at <= to - needle.length; at++) {
            if (in[at] == needle[0] && isAt(needle, in, at, to)) {
                return at;
            }
        }
        return NONE;
    }

    /// @return the index of the last occurrence, else -1
    static int lastIndexOf(byte[] needle, byte[] in, int from, int to) {
        for (int at = to - needle.length; at >= from; at--) {
            if (in[at] == needle[0] && isAt(needle, in, at, to)) {
                return at;
            }
        }
        return NONE;
    }

    /// Parses the digits from `at` on; -1 if there are none.
    static long number(byte[] in, int at, int to) {
        long number = 0;
        int next = at;
        while (next < to && in[next] >= '0' && in[next] <= '9') {
            number = number * 10 + in[next++] - '0';
        }
        return next == at ? NONE : number;
    }

    /// Parses this number of hexadecimal digits; -1 if they are invalid.
    static long hex(byte[] in, int at, int digits, int to) {
        if (at + digits > to) {
            return NONE;
        }
        long number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(in[i], 16);
            if (digit < 0) {
                return NONE;
            }
            number = number * 16 + digit;
        }
        return number;
    }
}
