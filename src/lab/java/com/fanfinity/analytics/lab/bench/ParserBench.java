package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import com.fanfinity.analytics.event.InvalidJsonException;
import com.fanfinity.analytics.event.JsonScanner;
import com.fanfinity.analytics.event.Utf8;

/// `make bench-parser`: events per second of the service's own scanner and of Jackson, in turns in one process. Both
/// check the encoding and the grammar, and make a string of each name and of each string and number.
///
/// Jackson is measured in three ways: with one factory, whose table of names outlives an event; with a factory for each
/// event; and without a table.
final class ParserBench {

    private static final int DEPTH = 32;
    private static final int TIMES = 40_000;
    private static final int ROUNDS = 11;
    private static final int WARM_UP_ROUNDS = 5;

    private static final Map<String, String> EVENTS = Map.of(
            "a pass", """
                    {"eventId":"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517","matchId":"wyscout-2058017","eventType":"pass",\
                    "timestamp":"2018-07-15T15:37:58.895Z","teamId":"4418","playerId":"3682","metadata":{"period":"1H",\
                    "minute":38,"x":41,"y":77,"detail":"Simple pass","outcome":"accurate","player":"P. Pogba"}}""",
            "a reaction", """
                    {"matchId":"wyscout-2058017","eventType":"reaction","timestamp":"2018-07-15T15:37:58.895Z",\
                    "metadata":{"kind":"cheer"}}""",
            "a line-up", "{\"eventId\":\"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517\",\"matchId\":\"wyscout-2058017\","
                    + "\"eventType\":\"lineup\",\"timestamp\":\"2018-07-15T14:00:00.000Z\",\"teamId\":\"4418\","
                    + "\"metadata\":{\"players\":[" + String.join(",", Collections.nCopies(23,
                            "{\"playerId\":\"3682\",\"name\":\"A. Griezm\\u00e1nn\",\"number\":7,\"position\":\"FW\","
                                    + "\"starter\":true}"))
                    + "]}}");

    private static final JsonFactory SHARED = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    private static final JsonFactory WITHOUT_TABLE = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

    /// Reads an event, and returns the number of characters of its strings.
    private interface Reader {
        long read(byte[] json) throws IOException, InvalidJsonException;
    }

    private ParserBench() {}

    @SuppressWarnings("SystemOut")
    static void main() throws Exception {
        Map<String, Reader> readers = new LinkedHashMap<>();
        readers.put("JsonScanner", ParserBench::scan);
        readers.put("Jackson, one factory", json -> parse(SHARED, json));
        readers.put("Jackson, a factory each", json -> parse(JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build(), json));
        readers.put("Jackson, no table", json -> parse(WITHOUT_TABLE, json));
        for (var event : EVENTS.entrySet()) {
            byte[] json = event.getValue().getBytes(UTF_8);
            System.out.printf(Locale.ROOT, "%s of %d bytes (median of %d rounds of %d, CPU of the thread)%n",
                    event.getKey(), json.length, ROUNDS, TIMES);
            Map<String, Double> nanos = measure(readers, json);
            double own = nanos.getOrDefault("JsonScanner", 0.0);
            nanos.forEach((name, each) -> System.out.printf(Locale.ROOT,
                    "  %-24s %6.0f ns, %9.0f events/s, %.2f times the scanner's time%n", name, each, 1e9 / each,
                    each / own));
        }
    }

    private static Map<String, Double> measure(Map<String, Reader> readers, byte[] json) throws Exception {
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        long expected = scan(json);
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            for (var reader : readers.entrySet()) {
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                for (int i = 0; i < TIMES; i++) {
                    if (reader.getValue().read(json) != expected) {
                        throw new IllegalStateException(reader.getKey() + " reads something else");
                    }
                }
                double each = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before)
                        / (double) TIMES;
                if (round >= WARM_UP_ROUNDS) {
                    nanos.computeIfAbsent(reader.getKey(), _ -> new ArrayList<>()).add(each);
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        nanos.forEach((name, all) -> medians.put(name, all.stream().sorted().toList().get(ROUNDS / 2)));
        return medians;
    }

    private static long scan(byte[] json) throws InvalidJsonException {
        if (Utf8.faultOf(json).isPresent()) {
            throw new IllegalArgumentException("not UTF-8");
        }
        JsonScanner scanner = new JsonScanner(json, DEPTH);
        long characters = 0;
        for (var token = scanner.next(); token != JsonScanner.Token.END; token = scanner.next()) {
            characters += switch (token) {
                case NAME, STRING, INTEGER, DECIMAL -> scanner.text().length();
                default -> 0;
            };
        }
        return characters;
    }

    private static long parse(JsonFactory factory, byte[] json) throws IOException {
        try (JsonParser parser = factory.createParser(json)) {
            long characters = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                characters += switch (token) {
                    case FIELD_NAME, VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText().length();
                    default -> 0;
                };
            }
            return characters;
        }
    }
}
