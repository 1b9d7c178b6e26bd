package com.fanfinity.analytics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.http.ProblemException;
import com.fanfinity.analytics.testing.Heap;

class BatchReaderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"[]|", "[ ]|", "[{}]|{}",
        " [ {} , { \"a\" : 1 } ] |{};{ \"a\" : 1 }",
        "[{\"é\":\"]\"},{\"𝄞\":{\"b\":[{}]}}]|{\"é\":\"]\"};{\"𝄞\":{\"b\":[{}]}}",
        "[{\"a\":\"}\\\"{\"}]|{\"a\":\"}\\\"{\"}"})
    void array_objects_keepTheirExactBytes(String body, String events) {
        assertEquals(events == null ? List.of() : List.of(events.split(";")), array(body));
    }

    @Test
    void array_elementsOtherThanObjects_keepTheirIndexes() {
        assertEquals(List.of("null", "{}", "null", "null", "null", "null", "null", "{}"),
                array("[1,{},\"{}\",[{\"a\":1}],null,true,[[[]]],{}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}", "null", "1", "\"[]\"", "[", "[{}", "[{}}", "[{},]", "[,{}]", "[{} {}]",
        "[{}] x", "[{}][]",
        "[{}],",
        "[{\"a\":NaN}]", "[{'a':1}]", "[// no\n]", "{}\n{}", "\ufeff[]", "[\u0000]"})
    void array_otherInput_is400(String body) {
        ProblemException refused = assertThrows(ProblemException.class, () -> array(body));

        assertEquals(400, refused.problem().status());
    }

    @Test
    void array_notUtf8_is400() {
        ProblemException refused = assertThrows(ProblemException.class,
                () -> BatchReader.array(new byte[]{'[', '"', (byte) 0xC3, '"', ']'}));

        assertEquals(400, refused.problem().status());
    }

    @Test
    void array_nestedAsDeepAsTheBodyIsLong_is400WithoutStackOverflow() {
        ProblemException refused = assertThrows(ProblemException.class,
                () -> array("[" + "{\"a\":[".repeat(1_000_000)));

        assertEquals(400, refused.problem().status());
    }

    @Test
    void array_elementsWithNewNamesOf4MB_keepsNoneOfThem() {
        Heap.assertKeeps(32 << 20, () -> {
            for (int i = 0; i < 200; i++) {
                array("[{\"" + i + "n".repeat(4_000_000) + "\":1}]");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1_000})
    void array_elementAtTheGreatestDepth_isLeftToValidationAndOneLevelMoreIs400(int depth) {
        String element = "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";

        if (depth == 999) {
            assertEquals(List.of(element), array("[" + element + "]"));
        } else {
            assertThrows(ProblemException.class, () -> array("[" + element + "]"));
        }
    }

    /// One invalid event must not affect the others.
    @Test
    void array_elementWithLongNumberOrName_isLeftToValidation() {
        List<String> odd = List.of("{\"a\":" + "1".repeat(5_000) + "}", "{\"" + "n".repeat(60_000) + "\":1}",
                "{\"a\":\"" + "x".repeat(65_000) + "\"}");

        assertEquals(odd, array("[" + String.join(",", odd) + "]"));
    }

    @Test
    void arrayAndLines_eventThatIsTooLong_isCutAndStillTooLong() {
        String tooLong = "{\"a\":\"" + "x".repeat(100_000) + "\"}";

        for (List<String> events : List.of(array("[" + tooLong + ",{}]"), lines(tooLong + "\n{}"))) {
            assertEquals(List.of(tooLong.substring(0, (64 << 10) + 1), "{}"), events);
        }
    }

    @Test
    void arrayAndLines_5000Events_areReadAndOneMoreIsRejected() {
        List<String> most = Collections.nCopies(5_000, "{}");
        List<String> more = Collections.nCopies(5_001, "{}");

        assertEquals(most, array("[" + String.join(",", most) + "]"));
        assertEquals(most, lines(String.join("\n", most) + "\n"));
        assertEquals(413, assertThrows(ProblemException.class, () -> array("[" + String.join(",", more) + "]"))
                .problem().status());
        assertEquals(413,
                assertThrows(ProblemException.class, () -> lines(String.join("\n", more))).problem().status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"~~|", "~\n\n~|", "~ \t\r\n~|", "~{}~|{}", "~{}\n~|{}",
        "~{}\r\n{}\r\n~|~{}\r;{}\r~",
        "~\n{}\n\n {\"a\":1} \n~|~{}; {\"a\":1} ~", "~x\n{\n}~|x;{;}"})
    void lines_ndjson_skipsBlankLines(String body, String events) {
        assertEquals(events == null ? List.of() : List.of(events.split(";")), lines(body));
    }

    @Test
    void arrayAndLines_anyEvents_keepTheirBytes() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<String> events = new ArrayList<>();
            for (int left = random.nextInt(20); left > 0; left--) {
                events.add(object(random, 0));
            }

            assertEquals(events,
                    array(space(random) + "[" + space(random) + String.join(space(random) + "," + space(random), events)
                            + "]"),
                    "seed " + seed);
            assertEquals(events, lines(String.join("\n", events)), "seed " + seed);
        }
    }

    private static String object(Random random, int depth) {
        List<String> members = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            String value = switch (random.nextInt(depth > 5 ? 3 : 5)) {
                case 0 -> "\"]}é𝄞\\\"" + random.nextInt() + "\"";
                case 1 -> "-1.50e3";
                case 2 -> "null";
                case 3 -> "[" + object(random, depth + 1) + ",[]]";
                default -> object(random, depth + 1);
            };
            members.add("\"k\\u0022" + left + "\" :" + value);
        }
        return "{" + String.join(" ,", members) + " }";
    }

    private static String space(Random random) {
        return List.of("", " ", "\n", "\r\n\t").get(random.nextInt(4));
    }

    private static List<String> array(String body) {
        return BatchReader.array(body.getBytes(UTF_8)).stream().map(event -> new String(event, UTF_8)).toList();
    }

    private static List<String> lines(String body) {
        return BatchReader.lines(body.getBytes(UTF_8)).stream().map(event -> new String(event, UTF_8)).toList();
    }
}
