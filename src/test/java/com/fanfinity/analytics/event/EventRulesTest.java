package com.fanfinity.analytics.event;

import static com.fanfinity.analytics.event.Samples.NOW;
import static com.fanfinity.analytics.event.Samples.goalWith;
import static com.fanfinity.analytics.event.Samples.goalWithout;
import static com.fanfinity.analytics.event.Samples.quoted;
import static com.fanfinity.analytics.event.Samples.valid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRulesTest {

    // --- time

    @Test
    void judge_exactly24HoursAhead_isAcceptedAndAMillisecondMoreIsNot() {
        Instant limit = NOW.plus(Duration.ofHours(24));

        assertEquals(limit, valid(goalWith("timestamp", quoted(limit.toString()))).timestamp());
        assertEquals(List.of("timestamp too_far_ahead"),
                Samples.faults(goalWith("timestamp", quoted(limit.plusMillis(1).toString()))));
    }

    @Test
    void judge_future_isMeasuredInUtcWhateverTheOffset() {
        assertEquals(NOW.plus(Duration.ofHours(24)),
                valid(goalWith("timestamp", quoted("2026-11-23T09:59:00+23:59"))).timestamp());
        assertEquals(List.of("timestamp too_far_ahead"),
                Samples.faults(goalWith("timestamp", quoted("2026-11-22T00:00:00-10:01"))));
    }

    @Test
    void judge_anotherLimit_applies() {
        EventCodec strict = new EventCodec(new EventRules(Duration.ZERO));

        assertInstanceOf(Decoded.Valid.class, strict.decode(at(NOW), NOW, () -> Samples.MADE));
        assertInstanceOf(Decoded.Invalid.class, strict.decode(at(NOW.plusMillis(1)), NOW, () -> Samples.MADE));
    }

    /// The instance that took the event in has another limit, and the broker's clock is behind its clock.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 24, 24 * 364})
    void ofRecords_eventThatAnyInstanceAccepted_isValid(int hoursBehind) {
        EventCodec generous = new EventCodec(new EventRules(EventRules.GREATEST_MAX_AHEAD));
        EventCodec records = new EventCodec(EventRules.ofRecords());
        byte[] event = at(NOW.plus(EventRules.GREATEST_MAX_AHEAD));

        assertInstanceOf(Decoded.Valid.class, generous.decode(event, NOW, () -> Samples.MADE));
        assertInstanceOf(Decoded.Valid.class,
                records.decode(event, NOW.minus(Duration.ofHours(hoursBehind)), () -> Samples.MADE));
    }

    @Test
    void ofRecords_recordOfAnyProducer_hasALimit() {
        assertInstanceOf(Decoded.Invalid.class, new EventCodec(EventRules.ofRecords())
                .decode(at(NOW.plus(Duration.ofDays(4_016))), NOW, () -> Samples.MADE));
    }

    // --- limit for fans

    private static final EventCodec FANS = new EventCodec(
            new EventRules(Duration.ofHours(24), Duration.ofMinutes(5)));

    @ParameterizedTest
    @EnumSource(EventType.class)
    void judge_moreThanFiveMinutesAhead_isRejectedOfFansOnly(EventType type) {
        Instant limit = NOW.plus(Duration.ofMinutes(5));
        if (type == EventType.RETRACTION) {
            return; // needs metadata; it is not of fans
        }

        assertInstanceOf(Decoded.Valid.class, FANS.decode(at(limit, type), NOW, () -> Samples.MADE));
        Decoded beyond = FANS.decode(at(limit.plusMillis(1), type), NOW, () -> Samples.MADE);

        if (List.of("reaction", "comment", "prediction", "share").contains(type.wireName())) {
            assertEquals(List.of(new Fault("timestamp", Fault.Code.TOO_FAR_AHEAD,
                    "of an event of fans must not be more than 5 minutes in the future")),
                    assertInstanceOf(Decoded.Invalid.class, beyond).faults());
        } else {
            assertInstanceOf(Decoded.Valid.class, beyond);
        }
    }

    @Test
    void judge_limitForFansBeyondTheGeneralOne_theSmallerApplies() {
        EventCodec codec = new EventCodec(new EventRules(Duration.ofSeconds(90), Duration.ofDays(1)));

        Decoded decoded = codec.decode(at(NOW.plusSeconds(91), EventType.SHARE), NOW, () -> Samples.MADE);

        assertEquals(List.of("must not be more than 90 seconds in the future"),
                assertInstanceOf(Decoded.Invalid.class, decoded).faults().stream().map(Fault::message).toList());
    }

    @Test
    void judge_acceptedEvent_mayLieAnyTimeAhead() {
        byte[] last = at(Instant.parse("9999-12-31T23:59:59.999Z"), EventType.REACTION);

        assertInstanceOf(Decoded.Valid.class, Samples.ACCEPTED.decode(last, Instant.EPOCH, () -> Samples.MADE));
        assertInstanceOf(Decoded.Invalid.class, FANS.decode(last, NOW, () -> Samples.MADE));
    }

    // --- teams of match_start

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'\"homeTeam\":\"Leeds\"'|metadata.homeTeamId required",
        "'\"awayTeam\":\"Derby\"'|metadata.awayTeamId required",
        "'\"homeTeam\":\"Leeds\",\"awayTeam\":\"Derby\"'|metadata.homeTeamId required,metadata.awayTeamId required",
        "'\"homeTeam\":\"Leeds\",\"awayTeamId\":\"leeds\"'|metadata.homeTeamId required",
        "'\"homeTeam\":\"Leeds\",\"homeTeamId\":null'|metadata.homeTeamId type",
        "'\"homeTeamId\":\"7\",\"awayTeamId\":7'|metadata.awayTeamId format"})
    void judge_teamThatCannotBeToldFromTheOther_isRejectedByField(String members, String faults) {
        assertEquals(List.of(faults.split(",")), Samples.faults(matchStart(members)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"homeTeamId\":\"A\"", "\"awayTeamId\":\"A\",\"awayTeam\":\"Leeds\"",
        "\"homeTeamId\":\"A\",\"awayTeamId\":\" A\"", "\"competition\":\"Cup\""})
    void judge_teamsWithIds_areAccepted(String members) {
        assertInstanceOf(MatchEvent.Fixture.class, valid(matchStart(members)).detail());
    }

    /// An earlier version accepted it.
    @Test
    void judge_acceptedNameWithoutId_staysReadable() {
        String json = matchStart("\"homeTeam\":\"Leeds\",\"awayTeamId\":7");

        assertInstanceOf(Decoded.Valid.class,
                Samples.ACCEPTED.decode(json.getBytes(UTF_8), Instant.EPOCH, () -> Samples.MADE));
    }

    private static String matchStart(String members) {
        return "{\"matchId\":\"m\",\"eventType\":\"match_start\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":{"
                + members + "}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"2018-07-15T15:37:58.895Z", "1969-12-31T23:59:59.999Z", "1863-10-26T00:00:00.000Z",
        "0000-01-01T00:00:00.000Z"})
    void judge_past_hasNoLimit(String time) {
        assertEquals(Instant.parse(time), valid(goalWith("timestamp", quoted(time))).timestamp());
    }

    @Test
    void judge_timeInAnotherYearInUtc_isRejectedIfItCannotBeFormatted() {
        assertEquals(List.of("timestamp format"),
                Samples.faults(goalWith("timestamp", quoted("0000-01-01T00:00:00+00:01"))));
    }

    // --- names

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", ".", "-", "_", ":", "wyscout-2058017", "A.b_C:d-9"})
    void judge_matchId_acceptsTheCharactersOfTheContract(String matchId) {
        assertEquals(matchId, valid(goalWith("matchId", quoted(matchId))).matchId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a\\\\b", "é", "a\\n", "\\u0000", "a@b", "a%20b", "а", "١", "🙂",
        "a\\u00a0"})
    void judge_matchIdOfOtherCharacters_isRejected(String matchId) {
        assertEquals(List.of("matchId format"), Samples.faults(goalWith("matchId", quoted(matchId))));
    }

    @Test
    void judge_matchIdOf128Characters_isAcceptedAndOneMoreIsNot() {
        assertEquals("m".repeat(128), valid(goalWith("matchId", quoted("m".repeat(128)))).matchId());
        assertEquals(List.of("matchId format"), Samples.faults(goalWith("matchId", quoted("m".repeat(129)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "𝄞", "\\ud834\\udd1e", "\\u00a0"})
    void judge_idOf64CodePoints_isAcceptedAndOneMoreIsNot(String character) {
        for (String field : List.of("teamId", "playerId")) {
            MatchEvent event = valid(goalWith(field, quoted(character.repeat(64))));
            String kept = (field.equals("teamId") ? event.teamId() : event.playerId()).orElseThrow();

            assertEquals(64, kept.codePointCount(0, kept.length()));
            assertEquals(List.of(field + " length"), Samples.faults(goalWith(field, quoted(character.repeat(65)))));
        }
    }

    @Test
    void judge_idAsIntegerOfMoreThan64Characters_isRejected() {
        assertEquals(List.of("teamId length"), Samples.faults(goalWith("teamId", "1".repeat(65))));
        assertEquals(List.of("teamId length"), Samples.faults(goalWith("teamId", "-" + "1".repeat(64))));
        assertEquals(List.of("playerId length"), Samples.faults(goalWith("playerId", "9".repeat(30_000))));
    }

    @ParameterizedTest
    @CsvSource({"'',length", "\\ud800,format", "\\udc00\\ud800,format", "a\\ud834,format"})
    void judge_idThatIsNoText_isRejected(String id, String code) {
        assertEquals(List.of("playerId " + code), Samples.faults(goalWith("playerId", quoted(id))));
    }

    @Test
    void judge_nameOfATeamOf256Characters_isAcceptedAndOneMoreIsNot() {
        String start = matchStart("\"homeTeamId\":\"A\",\"homeTeam\":\"%s\"");

        assertInstanceOf(MatchEvent.Fixture.class, valid(start.formatted("𝄞".repeat(256))).detail());
        assertEquals(List.of("metadata.homeTeam length"), Samples.faults(start.formatted("𝄞".repeat(257))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1-1-1-1", "", "54ff7e6db7f754ec9d8bf8a8d8d5c517",
        "{54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517}",
        "urn:uuid:54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517", "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c51",
        "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c5170",
        "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c51g", "54ff7e6db-7f7-54ec-9d8b-f8a8d8d5c517",
        " 54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517",
        "54ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c５17", "+4ff7e6d-b7f7-54ec-9d8b-f8a8d8d5c517",
        "54ff7e6d_b7f7_54ec_9d8b_f8a8d8d5c517"})
    void judge_sloppyUuid_isRejected(String id) {
        assertEquals(List.of("eventId format"), Samples.faults(goalWith("eventId", quoted(id))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Goal", "GOAL", " goal", "goal ", "", "own-goal", "ownGoal", "kickoff", "goal\\u0000",
        "ğoal"})
    void judge_typeOfAnotherName_isUnknown(String type) {
        assertEquals(List.of("eventType unknown_type"), Samples.faults(goalWith("eventType", quoted(type))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"playerID", "event_id", "Metadata", "teamid", "", "receivedAt", "matchId ", "é"})
    void judge_anyOtherField_isRejectedByName(String field) {
        assertEquals(List.of(field + " unknown_field"), Samples.faults(goalWith(field, "1")));
    }

    @Test
    void judge_unknownFieldOfALongName_isNamedShortened() {
        List<Fault> faults = Samples.faults(goalWith("𝄞".repeat(5_000), "1").getBytes(UTF_8));

        assertEquals("𝄞".repeat(64) + "…", faults.getFirst().field());
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void judge_noTeam_isRejectedIfTheTypeNeedsATeam(EventType type) {
        if (type == EventType.RETRACTION) {
            return; // needs metadata; separate tests cover it
        }
        String json = goalWithout("teamId").replace("\"goal\"", quoted(type.wireName()));

        if (type.needsTeam()) {
            assertEquals(List.of("teamId required"), Samples.faults(json));
        } else {
            assertEquals(Optional.empty(), valid(json).teamId());
        }
    }

    private static byte[] at(Instant time) {
        return at(time, EventType.GOAL);
    }

    private static byte[] at(Instant time, EventType type) {
        return goalWith("timestamp", quoted(Timestamps.format(time))).replace("\"goal\"", quoted(type.wireName()))
                .getBytes(UTF_8);
    }

    // --- hidden characters

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x07, 0x1F, 0x7F, 0x85, 0x9F, 0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069,
        0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF})
    void judge_hiddenCharacterInAnIdOrName_isRejectedByField(int codePoint) {
        String text = quoted("a" + escaped(codePoint) + "b");

        for (String id : List.of("teamId", "playerId")) {
            assertEquals(List.of(id + " format"), Samples.faults(goalWith(id, text)));
        }
        for (String member : List.of("homeTeamId", "awayTeamId", "homeTeam", "awayTeam", "competition", "venue")) {
            assertEquals(List.of("metadata." + member + " format"), Samples.faults(fixture(member, text)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x7E, 0xA0, 0xAD, 0x061B, 0x200B, 0x200D, 0x2010, 0x2029, 0x202F, 0x2065, 0x206A, 0xFDCF,
        0xFDF0, 0xFFFD, 0x1FFFD, 0x1F3F4})
    void judge_otherCharacterInAnIdOrName_isAccepted(int codePoint) {
        String text = quoted("a" + escaped(codePoint) + "b");

        valid(goalWith("teamId", text));
        valid(fixture("homeTeam", text));
    }

    /// Metadata stays as it was sent, and events of earlier versions stay readable.
    @Test
    void judge_hiddenCharacterElsewhere_isAccepted() {
        String json = goalWith("metadata", "{\"detail\":\"a\\u202eb\",\"player\":\"\\u0007\"}");

        assertEquals(Optional.of("{\"detail\":\"a\\u202eb\",\"player\":\"\\u0007\"}"), valid(json).metadata());
        assertInstanceOf(Decoded.Valid.class, Samples.ACCEPTED.decode(
                goalWith("teamId", quoted("a\\u202eb")).getBytes(UTF_8), NOW, () -> Samples.MADE));
    }

    @Test
    void shortened_hiddenCharacters_areReplaced() {
        assertEquals("a\ufffd\ufffdb", EventRules.shortened("a\u202e\u0001b"));
    }

    /// The other required members come first, so that the fault of the member is the only one.
    private static String fixture(String member, String value) {
        String ids = "\"homeTeamId\":\"h\",\"awayTeamId\":\"a\"";
        String members = ids.contains(member + '"')
                ? ids.replaceAll("\"" + member + "\":\"[^\"]*\"",
                        java.util.regex.Matcher.quoteReplacement(quoted(member) + ":" + value))
                : ids + "," + quoted(member) + ":" + value;
        return "{\"matchId\":\"m\",\"eventType\":\"match_start\",\"timestamp\":\"2018-07-15T15:00:00Z\",\"metadata\":{"
                + members + "}}";
    }

    /// In JSON: one escape, or two of a surrogate pair.
    private static String escaped(int codePoint) {
        StringBuilder text = new StringBuilder();
        for (char unit : Character.toChars(codePoint)) {
            text.append("\\u%04x".formatted((int) unit));
        }
        return text.toString();
    }
}
