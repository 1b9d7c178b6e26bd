package com.fanfinity.analytics.event;

import static com.fanfinity.analytics.event.Samples.goal;
import static com.fanfinity.analytics.event.Samples.goalWith;
import static com.fanfinity.analytics.event.Samples.goalWithout;
import static com.fanfinity.analytics.event.Samples.quoted;
import static com.fanfinity.analytics.event.Samples.valid;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.MatchEvent.Fixture;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

class EventCodecTest {

    // --- valid events

    @Test
    void decode_allFields_areRead() {
        Decoded decoded = Samples.decode(goalWith("metadata", "{\"minute\":38}"));

        MatchEvent expected = new MatchEvent(UUID.fromString(Samples.ID), "m-1", EventType.GOAL,
                java.time.Instant.parse("2018-07-15T15:37:58.895Z"), Optional.of("4418"), Optional.of("3682"),
                Optional.of("{\"minute\":38}"), MatchEvent.Detail.NONE);
        assertEquals(new Decoded.Valid(expected, true), decoded);
    }

    @Test
    void decode_noEventId_isGivenOneAndMarked() {
        Decoded decoded = Samples.decode(goalWithout("eventId"));

        Decoded.Valid valid = assertInstanceOf(Decoded.Valid.class, decoded);
        assertEquals(Samples.MADE, valid.event().eventId());
        assertFalse(valid.idGiven());
    }

    @Test
    void decode_eventIdInUpperCase_isTheSameIdentity() {
        assertEquals(UUID.fromString(Samples.ID),
                valid(goalWith("eventId", quoted("54FF7E6D-B7F7-54EC-9D8B-F8A8D8D5C517"))).eventId());
    }

    @ParameterizedTest
    @CsvSource({"4418,4418", "0,0", "-0,0", "-5,-5",
        "1234567890123456789012345678901234567890123456789012345678901234,1234567890123456789012345678901234567890123456789012345678901234"})
    void decode_idAsInteger_isKeptAsItsDecimalString(String sent, String kept) {
        MatchEvent event = valid(goalWith("teamId", sent));

        assertEquals(Optional.of(kept), event.teamId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ }", "{\n\t\"a\" :\r\n [ 1 , 2 ]  }",
        "{\"a\":1.0,\"b\":1e400,\"c\":-0,\"d\":0.10,\"e\":1E+2}",
        "{\"\\u0061\":\"\\u00e9\\/\\b\\f\\n\\r\\t\\\"\\\\\"}", "{\"lone\":\"\\ud800\"}", "{\"é\":\"𝄞\"}",
        "{\"a\":{\"b\":[{\"c\":null},{\"c\":true}]}}", "{\"}\":\"{\"}", "{\"\":0}"})
    void decode_metadata_isKeptByteForByte(String metadata) {
        MatchEvent event = valid(goalWith("metadata", metadata));

        assertEquals(Optional.of(metadata), event.metadata());
    }

    @Test
    void decode_metadataAmongWhitespaceAndOtherMembers_isCutOutExactly() {
        String json = " {\r\n\"metadata\" : { \"é\" : \"}\" } \t, \"matchId\":\"é-is-refused\"".replace("é-is-refused",
                "m")
                + ",\"eventType\":\"match_end\",\"timestamp\":\"2018-07-15T15:37:58Z\" } \n";

        MatchEvent event = valid(json);

        assertEquals(Optional.of("{ \"é\" : \"}\" }"), event.metadata());
    }

    @Test
    void decode_metadataWithNumberOfManyDigits_isKept() {
        String metadata = "{\"pi\":3." + "1".repeat(5_000) + ",\"n\":" + "9".repeat(5_000) + "}";

        assertEquals(Optional.of(metadata), valid(goalWith("metadata", metadata)).metadata());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "𝄞"})
    void decode_metadataOf16KiB_isAcceptedAndOneByteMoreIsNot(String character) {
        int width = character.getBytes(UTF_8).length;
        int room = 16 * 1024 - "{\"a\":\"\"}".length();
        String most = "{\"a\":\"" + character.repeat(room / width) + "y".repeat(room % width) + "\"}";

        List<String> faults = Samples.faults(goalWith("metadata", most.replace("\"}", "z\"}")));

        assertEquals(16 * 1024, most.getBytes(UTF_8).length);
        assertEquals(Optional.of(most), valid(goalWith("metadata", most)).metadata());
        assertEquals(List.of("metadata too_large"), faults);
    }

    @Test
    void decode_matchStart_readsTheTeams() {
        MatchEvent event = valid(
                "{\"matchId\":\"m\",\"eventType\":\"match_start\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":"
                        + "{\"homeTeamId\":4418,\"awayTeamId\":\"9598\",\"homeTeam\":\"France\",\"venue\":\"L\\u0075zhniki\",\"other\":{\"homeTeam\":1}}}");

        assertEquals(new Fixture(Optional.of("4418"), Optional.of("9598"), Optional.of("France"), Optional.empty(),
                Optional.empty(),
                Optional.of("Luzhniki")), event.detail());
    }

    @Test
    void decode_retraction_readsItsTarget() {
        MatchEvent event = valid(
                "{\"matchId\":\"m\",\"eventType\":\"retraction\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":"
                        + "{\"eventId\":\"" + Samples.ID + "\",\"reason\":\"VAR\"}}");

        assertEquals(new Retraction(UUID.fromString(Samples.ID)), event.detail());
    }

    @Test
    void decode_32Levels_areAcceptedAnd33AreNot() {
        String most = "[".repeat(30) + "]".repeat(30);

        List<String> faults = Samples.faults(goalWith("metadata", "{\"a\":[" + most + "]}"));

        assertEquals(Optional.of("{\"a\":" + most + "}"),
                valid(goalWith("metadata", "{\"a\":" + most + "}")).metadata());
        assertEquals(List.of("$ too_deep"), faults);
    }

    @Test
    void decode_manyMoreLevels_areRejectedWithoutOverflow() {
        assertEquals(List.of("$ too_deep"), Samples.faults(goalWith("metadata", "{\"a\":" + "[".repeat(60_000))));
    }

    // --- not JSON

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n", "{", "}", "{]", "{\"matchId\"", "{\"matchId\":", "{\"matchId\":}",
        "{\"matchId\":\"m\",}",
        "{,}",
        "{'matchId':'m'}", "{matchId:\"m\"}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":+1}",
        "{\"a\":01}",
        "{\"a\":.5}", "{\"a\":1.}", "{\"a\":0x10}", "{\"a\":1e}", "{\"a\":--1}", "{\"a\":tru}", "{\"a\":nullx}",
        "{\"a\":TRUE}",
        "{\"a\":undefined}", "{/* no */\"a\":1}", "{\"a\":1}// no", "# no\n{}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
        "{\"a\":\"tab\t\"}",
        "{\"a\":\"line\n\"}", "{\"a\":\"\u0001\"}", "{\"a\" \"b\"}", "{\"a\":1 \"b\":2}", "{\"a\":[1,]}",
        "{\"a\":[1 2]}", "\u000b{}",
        "\u00a0{}",
        "{\"a\":\"unended", "{}{}", "{} x", "{},", "{}]", "{}1", "{}\"a\""})
    void decode_notJson_isMalformed(String json) {
        List<String> faults = Samples.faults(json);

        assertEquals(List.of("$ malformed_json"), faults);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "null", "true", "1", "1.5", "\"{}\""})
    void decode_notAnObject_isReported(String json) {
        assertEquals(List.of("$ type"), Samples.faults(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "x", "1", "null", "[]", ",", "\"\"", "}", "/**/"})
    void decode_trailingContent_isMalformed(String tail) {
        assertEquals(List.of("$ malformed_json"), Samples.faults(Samples.json(goal()) + " " + tail));
    }

    @Test
    void decode_whitespaceAround_isIgnored() {
        assertEquals("m-1", valid("\r\n\t " + Samples.json(goal()) + " \t\r\n").matchId());
    }

    // --- not UTF-8

    @ParameterizedTest
    @CsvSource({"80,lone continuation", "bf,lone continuation", "c3,cut short", "e282,cut short", "f09d84,cut short",
        "c080,overlong NUL",
        "c1bf,overlong", "e080af,overlong slash", "e09fbf,overlong", "f08080af,overlong", "f08fbfbf,overlong",
        "eda080,high surrogate",
        "edbfbf,low surrogate", "eda0bdedb880,CESU-8 pair", "f4908080,above U+10FFFF", "f5808080,no such lead",
        "ff,no such byte",
        "fe,no such byte", "f8808080af,five bytes", "c328,bad continuation", "e28228,bad continuation"})
    void decode_brokenUtf8_isRejected(String hex, String why) {
        byte[] json = spliced(goalWith("metadata", "{\"a\":\"@\"}"), HexFormat.of().parseHex(hex));

        assertEquals(List.of("$ invalid_utf8"), Samples.codes(Samples.faults(json)), why);
    }

    @Test
    void decode_byteOrderMark_isRejected() {
        assertEquals(List.of("$ invalid_utf8"), Samples.faults("\ufeff" + Samples.json(goal())));
    }

    @Test
    void decode_otherEncodings_areRejected() {
        for (var charset : List.of(UTF_16BE, UTF_16LE, java.nio.charset.Charset.forName("UTF-32BE"),
                java.nio.charset.Charset.forName("UTF-32LE"),
                java.nio.charset.StandardCharsets.UTF_16)) {
            assertEquals(List.of("$ invalid_utf8"),
                    Samples.codes(Samples.faults(Samples.json(goal()).getBytes(charset))), charset.name());
        }
    }

    @Test
    void decode_zeroByteAnywhere_isRejected() {
        byte[] good = Samples.json(goal()).getBytes(UTF_8);
        for (int at : new int[]{0, 1, good.length / 2, good.length}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(good, 0, at);
            bytes.write(0);
            bytes.write(good, at, good.length - at);

            assertEquals(List.of("$ invalid_utf8"), Samples.codes(Samples.faults(bytes.toByteArray())), "at " + at);
        }
    }

    // --- duplicate keys

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"teamId\":\"4418\"|teamId", "\"\\u0074eamId\":\"4418\"|teamId",
        "\"metadata\":{}|metadata",
        "\"eventId\":null|eventId"})
    void decode_duplicateField_isRejectedByName(String again, String field) {
        String json = Samples.json(goal()).replaceFirst("}$", ",") + again + "}";

        assertEquals(List.of(field + " duplicate_key"), Samples.faults(json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"a\":1,\"a\":1}|metadata.a",
        "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}|metadata.a.b",
        "{\"a\":[0,{\"b\":{},\"b\":[]}]}|metadata.a.1.b", "{\"x\":[[[{\"a\":1,\"\\u0061\":2}]]]}|metadata.x.0.0.0.a"})
    void decode_duplicateKeyInMetadata_isRejectedByPath(String metadata, String path) {
        assertEquals(List.of(path + " duplicate_key"), Samples.faults(goalWith("metadata", metadata)));
    }

    @Test
    void decode_sameKeyInSiblings_isNoDuplicate() {
        assertTrue(valid(goalWith("metadata", "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"d\":[{\"b\":1},{\"b\":1}],\"b\":1}"))
                .metadata()
                .isPresent());
    }

    @Test
    void decode_keyTwiceInAnUnknownField_isAlsoFound() {
        assertEquals(List.of("extra.a duplicate_key", "extra unknown_field"),
                Samples.faults(goalWith("extra", "{\"a\":1,\"a\":1}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "x\\ud834"})
    void decode_keyThatIsNoText_isMalformed(String key) {
        assertEquals(List.of("$ malformed_json"), Samples.faults(goalWith("metadata", "{\"" + key + "\":1}")));
    }

    @Test
    void decode_longKeyTwice_isNotCutWithinACharacter() {
        for (int lead = 0; lead < 4; lead++) {
            String key = "x".repeat(lead) + "𝄞".repeat(200);
            List<Fault> faults = Samples
                    .faults(goalWith("metadata", "{\"" + key + "\":1,\"" + key + "\":1}").getBytes(UTF_8));

            assertTrue(isEncodable(faults.getFirst().field()), "lead " + lead + ": " + faults.getFirst().field());
            assertTrue(faults.getFirst().field().length() < 300, "the name is shortened");
        }
    }

    @Test
    void decode_thousandsOfDuplicateKeysBelowALongName_areNotAllNamed() {
        String json = goalWith("metadata",
                "{\"" + "p".repeat(250) + "\":{" + "\"a\":1,".repeat(2_000) + "\"a\":1}}");
        byte[] bytes = json.getBytes(UTF_8);

        List<Fault> faults = org.junit.jupiter.api.Assertions.assertTimeout(java.time.Duration.ofSeconds(5), () -> {
            List<Fault> last = List.of();
            for (int i = 0; i < 50; i++) {
                last = Samples.faults(bytes);
            }
            return last;
        });

        assertEquals(EventRules.MAX_FAULTS, faults.size());
    }

    // --- faults

    @Test
    void decode_allFaultsAtOnce_areReported() {
        List<String> faults = Samples
                .faults("{\"eventId\":\"1-1-1-1-1\",\"matchId\":\"a b\",\"eventType\":\"gaol\",\"timestamp\":\"today\",\"teamId\":\"\","
                        + "\"playerId\":1.5,\"metadata\":[],\"playerID\":1,\"x\":{\"k\":1,\"k\":2}}");

        assertEquals(List.of("x.k duplicate_key", "eventId format", "matchId format", "eventType unknown_type",
                "timestamp format",
                "teamId length",
                "playerId type", "metadata type", "playerID unknown_field", "x unknown_field"), faults);
    }

    @Test
    void decode_emptyObject_namesTheRequiredFields() {
        assertEquals(List.of("matchId required", "eventType required", "timestamp required"), Samples.faults("{}"));
    }

    @Test
    void decode_moreFaultsThanAreKept_listIsBounded() {
        String json = "{" + IntStream.range(0, 2_000).mapToObj(i -> "\"f" + i + "\":1").collect(Collectors.joining(","))
                + "}";

        assertEquals(32, Samples.faults(json).size());
    }

    @Test
    void decode_moreThan64KiB_isTooLarge() {
        byte[] json = Arrays.copyOf(Samples.json(goal()).getBytes(UTF_8), 64 * 1024 + 1);
        Arrays.fill(json, Samples.json(goal()).length(), json.length, (byte) ' ');

        assertInstanceOf(Decoded.Valid.class, Samples.decode(Arrays.copyOf(json, 64 * 1024)));
        assertEquals(List.of("$ too_large"), Samples.codes(Samples.faults(json)));
    }

    @Test
    void decode_rejected_hasTheReadableEventId() {
        assertEquals(Optional.of(Samples.ID), invalid(goalWith("teamId", "[]")).eventId());
        assertEquals(Optional.of(Samples.ID), invalid(Samples.json(goal()) + "x").eventId());
        assertEquals(Optional.of("nonsense"), invalid(goalWith("eventId", quoted("nonsense"))).eventId());
        assertEquals(Optional.empty(), invalid(goalWith("eventId", "5")).eventId());
    }

    @Test
    void decode_eventIdOfAnyLength_isShortened() {
        String reported = invalid(goalWith("eventId", quoted("𝄞".repeat(10_000)))).eventId().orElseThrow();

        assertEquals(65, reported.codePointCount(0, reported.length()));
    }

    /// Each payload is rejected, and contains a word that must not appear in the response.
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":hunter2}", "{\"a\":\"hunter2", "{hunter2:1}", "hunter2", "{\"a\":1hunter2}",
        "{\"a\":nullhunter2}",
        "{} hunter2",
        "{\"matchId\":\"hunter2 !\"}", "{\"timestamp\":\"hunter2\"}", "{\"eventId\":\"hunter2\"}",
        "{\"teamId\":[\"hunter2\"]}",
        "{\"metadata\":{\"a\":1,\"a\":\"hunter2\"}}", "{\"metadata\":\"hunter2\"}", "{\"a\":\"\\hunter2\"}",
        "{\"a\":NaN}",
        "{\"a\":\"hunter2\n\"}",
        "[\"hunter2\"]", "{\"a\":[}hunter2"})
    void decode_rejected_messagesHoldNoPayloadAndNoClassName(String json) {
        List<Fault> faults = Samples.faults(json.getBytes(UTF_8));

        for (Fault fault : faults) {
            String text = fault.field() + ' ' + fault.message();
            assertFalse(text.contains("hunter2"), text);
            assertFalse(text.matches(
                    "(?s).*(jackson|Feature|Exception|Source:|java\\.|byte\\[\\]|REDACTED|ALLOW_|StreamRead).*"), text);
        }
    }

    // --- types of values

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "false", "1.5", "1e3", "[]", "[1]", "{}", "{\"a\":1}", "7"})
    void decode_textFieldOfAnotherType_isNamed(String value) {
        for (String field : List.of("eventId", "matchId", "eventType", "timestamp")) {
            assertEquals(List.of(field + " type"), Samples.faults(goalWith(field, value)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "false", "1.5", "1.0", "1e3", "1E400", "[]", "[\"a\"]", "{}"})
    void decode_idFieldOfAnotherType_isNamed(String value) {
        for (String field : List.of("teamId", "playerId")) {
            assertEquals(List.of(field + " type"), Samples.faults(goalWith(field, value)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "1", "1.5", "[]", "[{}]", "\"{}\""})
    void decode_metadataOfAnotherType_isNamed(String value) {
        assertEquals(List.of("metadata type"), Samples.faults(goalWith("metadata", value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "5", "1.5", "[]", "{}"})
    void decode_nameOfAnotherTypeInMatchStart_isNamed(String value) {
        for (String member : List.of("homeTeam", "awayTeam", "competition", "venue")) {
            assertEquals(List.of("metadata." + member + " type"), Samples.faults(matchStart(member, value)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "1.5", "[]", "{}"})
    void decode_teamOfAnotherTypeInMatchStart_isNamed(String value) {
        for (String member : List.of("homeTeamId", "awayTeamId")) {
            assertEquals(List.of("metadata." + member + " type"), Samples.faults(matchStart(member, value)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|required", "{\"reason\":\"x\"}|required", "{\"eventId\":\"x\"}|format",
        "{\"eventId\":5}|type",
        "{\"eventId\":null}|type", "{\"eventId\":[]}|type",
        "{\"a\":{\"eventId\":\"54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517\"}}|required"})
    void decode_retractionWithoutTarget_isRejected(String metadata, String code) {
        String json = "{\"matchId\":\"m\",\"eventType\":\"retraction\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":"
                + metadata
                + "}";

        assertEquals(List.of("metadata.eventId " + code), Samples.faults(json));
    }

    @Test
    void decode_retractionWithoutMetadata_isRejected() {
        assertEquals(List.of("metadata.eventId required"),
                Samples.faults(
                        "{\"matchId\":\"m\",\"eventType\":\"retraction\",\"timestamp\":\"2018-07-15T15:00:00Z\"}"));
    }

    // --- withEventId

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n\t ", "          "})
    void withEventId_leadingWhitespace_putsTheIdFirstAndLeavesTheRest(String space) {
        Map<String, String> members = goal();
        members.remove("eventId");
        members.put("metadata", "{\"{\":{\"a\":[{}]}}");
        String json = Samples.json(members);

        String named = new String(EventCodec.withEventId((space + json).getBytes(UTF_8), valid(space + json)), UTF_8);

        assertEquals("{\"eventId\":\"" + Samples.MADE + "\"," + json.substring(1), named);
        assertEquals(valid(space + json), valid(named));
    }

    /// Otherwise an event that got 202 would become a dead letter because of its length.
    @Test
    void withEventId_eventOfTheGreatestLength_isStillAccepted() {
        String json = goalWithout("eventId") + " ".repeat(EventRules.MAX_EVENT_BYTES - goalWithout("eventId").length());
        MatchEvent event = valid(json);

        byte[] named = EventCodec.withEventId(json.getBytes(UTF_8), event);

        assertEquals(new Decoded.Valid(event, true), Samples.decode(named));
    }

    private static Decoded.Invalid invalid(String json) {
        return assertInstanceOf(Decoded.Invalid.class, Samples.decode(json));
    }

    private static String matchStart(String member, String value) {
        return "{\"matchId\":\"m\",\"eventType\":\"match_start\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":{\""
                + member + "\":"
                + value
                + "}}";
    }

    private static boolean isEncodable(String text) {
        return UTF_8.newEncoder().canEncode(text);
    }

    /// The text with its `@` replaced by bytes.
    private static byte[] spliced(String text, byte[] bytes) {
        int at = text.indexOf('@');
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(text.substring(0, at).getBytes(UTF_8));
        out.writeBytes(bytes);
        out.writeBytes(text.substring(at + 1).getBytes(UTF_8));
        return out.toByteArray();
    }
}
