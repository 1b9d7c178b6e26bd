package com.fanfinity.analytics.event;

/// Characters that no id and no name needs: control characters, characters that change the direction of text, and
/// noncharacters. On a page or in a log they can make one text look like another.
final class HiddenCharacters {

    private static final int REPLACEMENT = 0xFFFD;

    private HiddenCharacters() {}

    static boolean areIn(String text) {
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            if (isHidden(text.codePointAt(at))) {
                return true;
            }
        }
        return false;
    }

    /// The text with U+FFFD for each of these characters.
    static String replacedIn(String text) {
        if (!areIn(text)) {
            return text;
        }
        return text.codePoints().map(codePoint -> isHidden(codePoint) ? REPLACEMENT : codePoint)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static boolean isHidden(int codePoint) {
        return Character.isISOControl(codePoint) || changesDirection(codePoint) || isNoncharacter(codePoint);
    }

    /// The code points with the property Bidi_Control.
    private static boolean changesDirection(int codePoint) {
        return codePoint == 0x061C || codePoint == 0x200E || codePoint == 0x200F
                || (codePoint >= 0x202A && codePoint <= 0x202E) || (codePoint >= 0x2066 && codePoint <= 0x2069);
    }

    private static boolean isNoncharacter(int codePoint) {
        return (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    }
}
