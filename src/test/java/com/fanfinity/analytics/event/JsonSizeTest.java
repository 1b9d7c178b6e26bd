package com.fanfinity.analytics.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import org.junit.jupiter.api.Test;

class JsonSizeTest {

    private static final int[] RANGES = {0x20, 0x80, 0x800, 0xD800, 0x11000};

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.appendCodePoint(random.nextInt(RANGES[random.nextInt(RANGES.length)] % 0xD800 + 1));
        }
        return text.append("\"\\\n\u2028").append("\ud83d\ude00".repeat(random.nextInt(3))).toString();
    }

    private static int encoded(String text) {
        return Json.toBytes(text).length - 2;
    }

    @Test
    void size_anyText_isThatOfTheEncodedText() {
        Random random = new Random(16);
        for (int i = 0; i < 5_000; i++) {
            String text = anyText(random);
            assertEquals(encoded(text), JsonSize.size(text), text);
        }
    }

    @Test
    void shorten_anyText_fitsAndIsABeginning() {
        Random random = new Random(17);
        for (int i = 0; i < 5_000; i++) {
            String text = anyText(random);
            int max = 3 + random.nextInt(100);
            String shortened = JsonSize.shorten(text, max);
            assertTrue(encoded(shortened) <= max, text);
            assertTrue(shortened.equals(text) == encoded(text) <= max, text);
            assertTrue(shortened.equals(text)
                    || (text.startsWith(shortened.substring(0, shortened.length() - 1)) && shortened.endsWith("…")));
        }
    }
}
