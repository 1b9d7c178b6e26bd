package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fanfinity.analytics.event.JsonScanner.Token;

class JsonScannerTest {
    private static final int MAX_DEPTH = 100;

    /// The judge: an independent parser.
    private static final JsonFactory OTHER_PARSER = new JsonFactory();

    private static final String[] PIECES = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"\"", "\"\\u00e9\\n\"", "\"é𝄞\"",
        "0", "-0", "-1.5e+3", "12345678901234567890", "1E9", "0.0", "true", "false", "null", " ", "\n", "\t", "tru",
        "-", "1.", ".5", "01", "+1", "\"\\x\"", "\"\\u12\"", "\"", "\u0001", "NaN", "//", "'a'", "1e", "nulll"};

    @Test
    void next_anySequenceOfPieces_isReadAsByAnotherParser() {
        int valid = 0;
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            StringBuilder json = new StringBuilder();
            for (int left = 1 + random.nextInt(9); left > 0; left--) {
                json.append(PIECES[random.nextInt(PIECES.length)]);
            }
            valid += assertReadAsByAnotherParser(json.toString(), "seed " + seed) ? 1 : 0;
        }
        assertTrue(valid > 1_000, "too few valid documents");
    }

    @Test
    void next_damagedDocument_isReadAsByAnotherParser() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] json = document(random, 0).getBytes(UTF_8);
            for (int times = random.nextInt(3); times > 0; times--) {
                json[random.nextInt(json.length)] = (byte) "{}[]\",:\\0e- x\u007f\u001f".charAt(random.nextInt(15));
            }
            String text = new String(json, UTF_8);
            if (Utf8.faultOf(json).isEmpty()) {
                assertReadAsByAnotherParser(text, "seed " + seed);
            }
        }
    }

    /// Eight bytes are read at a time, so each distance from the start of a string matters.
    @Test
    void next_specialCharacterAnywhereInAString_isReadAsByAnotherParser() {
        for (String special : List.of("\"", "\\", "\\n", "\\u00e9", "\u001f", "\u007f", "é", "€", "𝄞", " ", "!", "#",
                "[", "]")) {
            for (int lead = 0; lead < 40; lead++) {
                String text = "x".repeat(lead) + special + "y".repeat(40 - lead);

                assertReadAsByAnotherParser("[\"" + text + "\"]", special + " after " + lead);
                assertReadAsByAnotherParser("{\"" + text + "\":1}", special + " after " + lead);
            }
        }
    }

    /// @return whether the document is valid
    private static boolean assertReadAsByAnotherParser(String json, String seed) {
        List<String> expected = byAnotherParser(json);
        List<String> read = read(json);

        assertEquals(expected, read, () -> seed + ": " + json);
        return !expected.equals(List.of("invalid"));
    }

    private static List<String> byAnotherParser(String json) {
        List<String> tokens = new ArrayList<>();
        try (JsonParser parser = OTHER_PARSER.createParser(json.getBytes(UTF_8))) {
            int depth = 0;
            boolean ended = false;
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (ended) {
                    return List.of("invalid");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                ended = depth == 0;
                tokens.add(token.isScalarValue() || token.name().equals("FIELD_NAME")
                        ? parser.getText()
                        : token.asString());
            }
            return ended ? tokens : List.of("invalid");
        } catch (IOException _) {
            return List.of("invalid");
        }
    }

    private static List<String> read(String json) {
        List<String> tokens = new ArrayList<>();
        JsonScanner scanner = new JsonScanner(json.getBytes(UTF_8), MAX_DEPTH);
        try {
            for (Token token = scanner.next(); token != Token.END; token = scanner.next()) {
                tokens.add(switch (token) {
                    case START_OBJECT -> "{";
                    case END_OBJECT -> "}";
                    case START_ARRAY -> "[";
                    case END_ARRAY -> "]";
                    default -> scanner.text();
                });
            }
            return tokens;
        } catch (InvalidJsonException _) {
            return List.of("invalid");
        }
    }

    private static String document(Random random, int depth) {
        String space = random.nextInt(4) == 0 ? " \n" : "";
        return space + switch (random.nextInt(depth > 4 ? 4 : 6)) {
            case 0 -> "\"a\\u0042\\\"é𝄞\\\\" + random.nextInt() + "\"";
            case 1 -> "-1.50e3";
            case 2 -> Long.toString(random.nextLong());
            case 3 -> random.nextBoolean() ? "null" : "true";
            case 4 -> "[" + document(random, depth + 1) + "," + document(random, depth + 1) + space + "]";
            default -> "{\"k\"" + space + ":" + document(random, depth + 1) + ",\"\\u006b2\":"
                    + document(random, depth + 1) + "}";
        } + space;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{\"a\":}|5", "[1,]|3", "[1 2]|3", "{\"a\" 1}|5",
        "\"abc|4", "[tru]|4", "{\"a\":1|6", "1 1|2"})
    void next_notJson_namesThePosition(String json, int position) {
        JsonScanner scanner = new JsonScanner(json.getBytes(UTF_8), MAX_DEPTH);

        InvalidJsonException fault = assertThrows(InvalidJsonException.class, () -> readAll(scanner));

        assertEquals(position, fault.position(), fault.inWords());
    }

    private static void readAll(JsonScanner scanner) throws InvalidJsonException {
        while (scanner.next() != Token.END) {
            scanner.end();
        }
    }

    @Test
    void text_veryLong_isCutBetweenCharacters() throws InvalidJsonException {
        for (String character : List.of("x", "é", "𝄞", "\\u00e9", "\\n", "\\\"")) {
            for (int lead = 0; lead < 4; lead++) {
                String json = '"' + "y".repeat(lead) + character.repeat(40_000) + '"';
                JsonScanner scanner = new JsonScanner(json.getBytes(UTF_8), 1);
                scanner.next();

                String text = scanner.text();

                assertTrue(UTF_8.newEncoder().canEncode(text), character);
                assertTrue(text.length() <= 16_500 && text.length() >= 4_000, character + text.length());
            }
        }
    }

    @Test
    void skip_object_endsAfterIt() throws InvalidJsonException {
        byte[] json = "[{\"a\":[1,{\"b\":\"}]\"}]},7]".getBytes(UTF_8);
        JsonScanner scanner = new JsonScanner(json, 5);
        scanner.next();
        scanner.next();

        scanner.skip();

        assertEquals("}", new String(json, scanner.end() - 1, 1, UTF_8));
        assertEquals(Token.INTEGER, scanner.next());
        assertEquals("7", scanner.text());
    }
}
