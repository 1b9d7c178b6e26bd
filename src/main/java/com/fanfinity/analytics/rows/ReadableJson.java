package com.fanfinity.analytics.rows;

import java.math.BigInteger;

/// Makes a JSON object readable for ClickHouse. Its `JSONExtract` functions return nothing for a whole object if one
/// number in it exceeds 64 bits or a double, or if one string holds half a surrogate pair. JSON allows both, and
/// clients send both.
///
/// Such a number becomes a string of the same digits. Half a pair becomes U+FFFD. Every other character stays.
final class ReadableJson {

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /// Every integer with this many characters fits in 64 bits.
    private static final int SAFE_LENGTH = 18;

    /// The length of the longest integers that fit in 64 bits.
    private static final int MOST_LENGTH = 20;

    /// The length of an escaped character: backslash, `u` and four digits.
    private static final int ESCAPE = 6;

    private final String json;
    private final StringBuilder out = new StringBuilder();
    private int copied;
    private int at;

    private ReadableJson(String json) {
        this.json = json;
    }

    /// @param json valid JSON, or empty
    /// @return the same object if ClickHouse can read it
    static String of(String json) {
        return new ReadableJson(json).read();
    }

    private String read() {
        while (at < json.length()) {
            char c = json.charAt(at);
            if (c == '"') {
                skipString();
            } else if (c == '-' || isDigit(c)) {
                readNumber();
            } else {
                at++;
            }
        }
        return copied == 0 ? json : out.append(json, copied, at).toString();
    }

    private void skipString() {
        at++;
        while (json.charAt(at) != '"') {
            if (json.charAt(at) != '\\') {
                at++;
            } else if (json.charAt(at + 1) == 'u') {
                readEscape();
            } else {
                at += 2;
            }
        }
        at++;
    }

    private void readEscape() {
        char unit = escaped(at);
        boolean pair = Character.isHighSurrogate(unit) && json.startsWith("\\u", at + ESCAPE)
                && Character.isLowSurrogate(escaped(at + ESCAPE));
        if (Character.isSurrogate(unit) && !pair) {
            replace(at + ESCAPE, "\\ufffd");
        } else {
            at += pair ? 2 * ESCAPE : ESCAPE;
        }
    }

    private char escaped(int start) {
        return (char) Integer.parseInt(json, start + 2, start + ESCAPE, 16);
    }

    private void readNumber() {
        int end = at;
        boolean integer = true;
        while (end < json.length() && (isDigit(json.charAt(end)) || "+-.eE".indexOf(json.charAt(end)) >= 0)) {
            integer &= isDigit(json.charAt(end)) || end == at;
            end++;
        }
        if ((integer && end - at <= SAFE_LENGTH) || fits(json.substring(at, end), integer)) {
            at = end;
        } else {
            replace(end, '"' + json.substring(at, end) + '"');
        }
    }

    private static boolean fits(String number, boolean integer) {
        if (!integer) {
            return Double.isFinite(Double.parseDouble(number));
        }
        if (number.length() > MOST_LENGTH) {
            return false;
        }
        BigInteger value = new BigInteger(number);
        return value.compareTo(LEAST) >= 0 && value.compareTo(MOST) <= 0;
    }

    /// Replaces the text up to `end`.
    private void replace(int end, String with) {
        out.append(json, copied, at).append(with);
        at = end;
        copied = end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
