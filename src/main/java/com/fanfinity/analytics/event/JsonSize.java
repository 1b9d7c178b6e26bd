package com.fanfinity.analytics.event;

/// The size of text in JSON. A control character takes six bytes there, so the number of characters does not bound it.
public final class JsonSize {

    private static final String ELLIPSIS = "…";
    private static final int ELLIPSIS_BYTES = 3;

    /// Of one character.
    private static final int MOST_BYTES = 6;

    private JsonSize() {}

    /// The bytes of a text as a JSON string, without its quotes.
    public static int size(String text) {
        return text.codePoints().map(JsonSize::size).sum();
    }

    /// The text, or as much of its beginning as fits with an ellipsis.
    ///
    /// @param maxBytes as {@link #size}, at least 3
    public static String shorten(String text, int maxBytes) {
        if (text.length() <= maxBytes / MOST_BYTES || size(text) <= maxBytes) {
            return text;
        }
        int bytes = 0;
        int end = 0;
        while (true) {
            int next = text.codePointAt(end);
            bytes += size(next);
            if (bytes > maxBytes - ELLIPSIS_BYTES) {
                return text.substring(0, end) + ELLIPSIS;
            }
            end += Character.charCount(next);
        }
    }

    private static int size(int codePoint) {
        return switch (codePoint) {
            case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
            default -> codePoint < 0x20 ? MOST_BYTES : utf8(codePoint);
        };
    }

    private static int utf8(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 2 * MOST_BYTES; // Jackson escapes both halves
    }
}
