package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Reads strings of JSON that {@link JsonScanner} has already checked.
final class JsonText {

    private JsonText() {}

    /// The string that starts here, without quotes and escapes. It is cut after about `max` bytes or escapes, between
    /// two characters of UTF-8.
    static String read(byte[] json, int start, int max) {
        int from = start + 1;
        int at = from;
        int limit = from + max;
        while (json[at] != '"' && json[at] != '\\') {
            if (at >= limit && isCharacterStart(json[at])) {
                break;
            }
            at++;
        }
        String head = new String(json, from, at - from, UTF_8);
        return json[at] == '\\' ? unescaped(json, at, head, max - (at - from)) : head;
    }

    private static String unescaped(byte[] json, int firstEscape, String head, int max) {
        StringBuilder text = new StringBuilder(head);
        int at = firstEscape;
        for (int parts = max; json[at] != '"' && parts > 0; parts--) {
            if (json[at] != '\\') {
                int from = at;
                while (json[at] != '"' && json[at] != '\\' && (at - from < parts || !isCharacterStart(json[at]))) {
                    at++;
                }
                parts -= Math.min(parts, at - from) - 1;
                text.append(new String(json, from, at - from, UTF_8));
            } else if (json[at + 1] == 'u') {
                text.append((char) hex(json, at + 2));
                at += 6;
            } else {
                text.append(character(json[at + 1]));
                at += 2;
            }
        }
        return text.toString();
    }

    /// Whether the string that starts here has more bytes in UTF-8 than the limit, without quotes and escapes.
    static boolean isLongerThan(byte[] json, int start, int limit) {
        int length = 0;
        int at = start + 1;
        while (json[at] != '"' && length <= limit) {
            if (json[at] != '\\') {
                length++;
                at++;
            } else if (json[at + 1] == 'u') {
                length += lengthInUtf8((char) hex(json, at + 2));
                at += 6;
            } else {
                length++;
                at += 2;
            }
        }
        return length > limit;
    }

    /// Half a surrogate pair counts for half of the pair's four bytes.
    private static int lengthInUtf8(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }

    private static boolean isCharacterStart(byte b) {
        return (b & 0xC0) != 0x80;
    }

    private static int hex(byte[] json, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = value << 4 | Character.digit(json[i], 16);
        }
        return value;
    }

    private static char character(byte escaped) {
        return switch (escaped) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) escaped;
        };
    }
}
