package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.lab.verify.EventJson;
import com.fanfinity.analytics.metrics.Meters.ProcessingOutcome;

/// The rules of the metrics of a match.
class MetricsTest {

    private static final Instant MINUTE = Instant.parse("2018-07-15T15:00:00Z");

    private final PipelineDriver driver = new PipelineDriver();
    private long number;

    @AfterEach
    void close() {
        driver.close();
    }

    private EventJson event(String type) {
        return EventJson.of("m", type, ++number);
    }

    private EventJson event(String type, String team) {
        return event(type).team(team);
    }

    private String member(String name) {
        return driver.metrics("m").get(name).toString().replace("\"", "");
    }

    /// Sends this number of events in one minute, `minutes` after the first.
    private void sendInMinute(int minutes, int events) {
        IntStream.range(0, events)
                .forEach(i -> driver.send(event("reaction").at(MINUTE.plusSeconds(60L * minutes + i % 60))));
    }

    // --- score

    @Test
    void score_ownGoal_countsForTheOtherTeam() {
        driver.send(EventJson.kickOff("m", 900, "A", "B"), event("goal", "A"), event("own_goal", "A"),
                event("own_goal", "B"),
                event("own_goal", "B"));

        assertEquals("{A:3,B:1}", member("score"));
        assertEquals("4", member("goals"));
    }

    @Test
    void score_matchStartArrivesLast_isTheSame() {
        driver.send(event("own_goal", "B"), EventJson.kickOff("m", 900, "A", "B"));

        assertEquals("{A:1,B:0}", member("score"));
    }

    @Test
    void score_noMatchStart_takesTheTwoTeamsOnThePitch() {
        driver.send(event("pass", "A"), event("own_goal", "B"), event("own_goal", "B"));

        assertEquals("{A:2,B:0}", member("score"));
    }

    @Test
    void score_noMatchStartAndFansOfAThirdTeam_takesTheTwoTeamsOnThePitch() {
        driver.send(event("pass", "A"), event("own_goal", "B"), event("reaction", "C"));

        assertEquals("{A:1,B:0}", member("score"));
        assertEquals("{A:1,B:1,C:1}", member("eventsByTeam"));
    }

    @Test
    void score_onlyOneTeamSeen_creditsNoTeamWithAnOwnGoal() {
        driver.send(event("goal", "A"), event("own_goal", "A"));

        assertEquals("{A:1}", member("score"));
        assertEquals("2", member("goals"));
    }

    @Test
    void score_matchStartNamesOneTeam_takesTheOtherFromThePitch() {
        driver.send(event("match_start").metadata("{\"homeTeamId\":\"A\"}"), event("own_goal", "B"));

        assertEquals("{A:1,B:0}", member("score"));
    }

    @Test
    void score_thirdTeam_isNotInTheScore() {
        driver.send(EventJson.kickOff("m", 900, "A", "B"), event("goal", "C"), event("own_goal", "D"),
                event("pass", "E"), event("shootout_goal", "E"), event("own_goal", "A"));

        assertEquals("{A:0,B:1}", member("score"));
        assertEquals("{}", member("shootout"));
        assertEquals("3", member("goals"));
    }

    /// Ids of placeholders come before those of real teams in most orders.
    @ParameterizedTest
    @ValueSource(strings = {"KSA", "0", " RUS", "A", "~", "rus"})
    void score_goalOfAThirdTeamBeforeAMatchStart_changesNoScore(String stray) {
        driver.send(event("pass", "URU"), event("pass", "RUS"), event("own_goal", "RUS"), event("goal", "URU"));

        EventJson goal = event("goal", stray);
        driver.send(goal);
        assertEquals("{RUS:0,URU:2}", member("score"));

        driver.send(EventJson.retraction("m", ++number, goal.eventId()));
        assertEquals("{RUS:0,URU:2}", member("score"));
        assertEquals("2", member("goals"));

        driver.send(EventJson.kickOff("m", 900, "URU", "RUS"));
        assertEquals("{RUS:0,URU:2}", member("score"));
    }

    /// Without the retraction, the stray team would have as many events as a real one.
    @Test
    void score_retractedKeyMoments_showNoTeam() {
        List<EventJson> events = new ArrayList<>();
        for (String type : List.of("goal", "yellow_card", "substitution")) {
            EventJson stray = event(type, "Z");
            events.add(stray);
            events.add(EventJson.retraction("m", ++number, stray.eventId()));
        }
        events.addAll(List.of(event("pass", "A"), event("own_goal", "B"), event("pass", "B")));
        for (long seed = 0; seed < 20; seed++) {
            String match = "standing-" + seed;
            Collections.shuffle(events, new Random(seed));

            events.forEach(event -> driver.send(event.inMatch(match)));

            assertEquals("{\"A\":1,\"B\":0}", driver.metrics(match).get("score").toString(), match);
        }
    }

    @Test
    void score_teamsWithEquallyManyEvents_theGreaterIdsCount() {
        List<EventJson> events = new ArrayList<>(
                List.of(event("goal", "0"), event("goal", "4418"), event("goal", " A"), event("goal", "9598")));
        for (long seed = 0; seed < 20; seed++) {
            String match = "tie-" + seed;
            Collections.shuffle(events, new Random(seed));

            events.forEach(event -> driver.send(event.inMatch(match)));

            assertEquals("{\"4418\":1,\"9598\":1}", driver.metrics(match).get("score").toString(), match);
        }
    }

    /// The wrong one is later than the right one.
    @Test
    void teams_matchStartRetracted_thatBeforeItCountsInAnyOrder() {
        EventJson right = EventJson.kickOff("m", 901, "A", "B").at(MINUTE);
        EventJson wrong = EventJson.kickOff("m", 902, "B", "C").at(MINUTE.plusSeconds(5));
        List<EventJson> events = new ArrayList<>(
                List.of(right, wrong, EventJson.retraction("m", 903, wrong.eventId()), event("own_goal", "B")));
        for (long seed = 0; seed < 24; seed++) {
            String match = "retracted-" + seed;
            Collections.shuffle(events, new Random(seed));

            events.forEach(event -> driver.send(event.inMatch(match)));

            assertEquals("{\"A\":1,\"B\":0}", driver.metrics(match).get("score").toString(), match);
            assertEquals("A B", driver.metrics(match).at("/teams/home/teamId").asText() + ' '
                    + driver.metrics(match).at("/teams/away/teamId").asText(), match);
        }
    }

    @Test
    void score_noEventOfATeam_isEmpty() {
        driver.send(event("period_start"));

        assertEquals("{}", member("score"));
        assertEquals("{}", member("shootout"));
        assertEquals("{home:null,away:null}", member("teams"));
    }

    @Test
    void shootout_goals_areNotInTheScore() {
        driver.send(EventJson.kickOff("m", 900, "A", "B"), event("shootout_goal", "B"), event("shootout_missed", "A"));

        assertEquals("{A:0,B:0}", member("score"));
        assertEquals("{A:0,B:1}", member("shootout"));
        assertEquals("0", member("goals"));
    }

    @Test
    void cards_secondYellow_isYellowAndRed() {
        driver.send(event("yellow_card", "A"), event("second_yellow_card", "A"), event("red_card", "B"));

        assertEquals("2", member("yellowCards"));
        assertEquals("2", member("redCards"));
    }

    // --- status

    @Test
    void status_onlyMatchStarts_isScheduled() {
        driver.send(event("match_start"), event("match_start"));

        assertEquals("scheduled", member("status"));
    }

    @Test
    void status_anythingElse_isLive() {
        driver.send(event("match_start"), event("prediction"));

        assertEquals("live", member("status"));
    }

    @Test
    void status_matchEndAndLaterEvents_isEnded() {
        driver.send(event("match_end"), event("reaction"), event("match_start"));

        assertEquals("ended", member("status"));
    }

    @Test
    void teams_severalMatchStarts_takesTheLatestByItsOwnTime() {
        EventJson latest = event("match_start").at(MINUTE.plusSeconds(2))
                .metadata("{\"homeTeamId\":\"n\",\"homeTeam\":\"new\",\"awayTeamId\":7}");
        EventJson early = event("match_start").at(MINUTE)
                .metadata("{\"homeTeamId\":\"o\",\"homeTeam\":\"old\"}");
        EventJson sameTimeSmallerId = new EventJson("m", "match_start", EventJson.idOf(0), latest.at(), latest.team(),
                java.util.Optional.of("{\"homeTeamId\":\"s\",\"homeTeam\":\"same time\"}"));

        driver.send(early, latest, sameTimeSmallerId, event("match_start").at(MINUTE.plusSeconds(1)));

        assertEquals("{home:{teamId:n,name:new},away:{teamId:7,name:null}}", member("teams"));
    }

    // --- times and rates

    @Test
    void firstAndLast_eventsOutOfOrder_areByEventTime() {
        driver.send(event("reaction").at("2018-07-15T15:00:01.500Z"), event("reaction").at("1969-12-31T23:59:59.999Z"),
                event("reaction").at("2018-07-15T15:00:01.501Z"), event("reaction").at("2000-01-01T00:00:00.000Z"));

        assertEquals("1969-12-31T23:59:59.999Z", member("firstEventAt"));
        assertEquals("2018-07-15T15:00:01.501Z", member("lastEventAt"));
    }

    @Test
    void rates_ofALiveMatch_areTheLastMinuteAndTheAverageOverAllMinutes() {
        sendInMinute(0, 5);
        sendInMinute(2, 3);
        sendInMinute(0, 1);

        assertEquals("{current:3,average:3.0,peak:6}", member("eventsPerMinute"));
    }

    @Test
    void rates_nothingCameForAMinute_currentIsZero() {
        sendInMinute(0, 5);

        driver.clock.advance(Duration.ofSeconds(59));
        String before = member("eventsPerMinute");
        driver.clock.advance(Duration.ofSeconds(1));

        assertEquals("{current:5,average:5.0,peak:5}", before);
        assertEquals("{current:0,average:5.0,peak:5}", member("eventsPerMinute"));
    }

    /// A stray lies before the match, after it or far from both. It is one event, so `current` may not be 1.
    @ParameterizedTest
    @ValueSource(longs = {1, 4, 55, 20 * 60, 4_000_000, -1, -4, -55, -20 * 60, -25_000_000, -1_000_000_000})
    void rates_oneEventWithAWrongClock_stayThoseOfTheMatch(long minutesOff) {
        for (int minute = 0; minute < 40; minute++) {
            sendInMinute(minute, 12);
        }
        assertEquals("{current:12,average:12.0,peak:12}", member("eventsPerMinute"));

        driver.send(event("pass", "A").at(MINUTE.plusSeconds(60 * (minutesOff > 0 ? 39 + minutesOff : minutesOff))));

        JsonNode rates = driver.metrics("m").get("eventsPerMinute");
        assertEquals(12, rates.get("current").asLong());
        assertEquals(12.0, rates.get("average").asDouble(), 0.35);
        assertEquals(481, driver.stats("m").totalEvents());

        sendInMinute(40, 20);
        sendInMinute(41, 15);
        rates = driver.metrics("m").get("eventsPerMinute");
        assertEquals(15, rates.get("current").asLong());
        assertEquals(12.3, rates.get("average").asDouble(), 0.35);
    }

    /// As in the case of the fan whose phone is 20 hours ahead.
    @Test
    void rates_youngMatchAndOneEventHoursAhead_keepTheRealRate() {
        sendInMinute(0, 30);
        driver.send(event("pass", "A").at(MINUTE.plus(Duration.ofHours(20))));
        sendInMinute(0, 30);

        assertEquals("{current:60,average:60.0,peak:60}", member("eventsPerMinute"));
        assertEquals("{from:2018-07-15T15:00:00.000Z,to:2018-07-15T15:00:00.000Z,current:2018-07-15T15:00:00.000Z}",
                member("activeMinutes"));
        assertEquals("2018-07-16T11:00:00.000Z", member("lastEventAt"));
    }

    /// The clock of every later event would be "late" after a stray of the future.
    @Test
    void late_afterAnEventHoursAhead_isOnlyAnEventOfAnEarlierMinute() {
        sendInMinute(0, 30);
        driver.send(event("pass", "A").at(MINUTE.plus(Duration.ofHours(20))));

        sendInMinute(0, 30);
        sendInMinute(1, 5);
        assertEquals(0, driver.counted(ProcessingOutcome.LATE));

        sendInMinute(0, 1);
        assertEquals(1, driver.counted(ProcessingOutcome.LATE));
    }

    @Test
    void rates_endedMatch_currentIsZero() {
        sendInMinute(0, 5);

        driver.send(event("match_end").at(MINUTE));

        assertEquals("{current:0,average:6.0,peak:6}", member("eventsPerMinute"));
    }

    @Test
    void peaks_ties_goToTheEarliest() {
        sendInMinute(3, 4);
        sendInMinute(1, 4);
        sendInMinute(2, 4);

        assertEquals("{minute:2018-07-15T15:01:00.000Z,eventCount:4}", member("peakMinute"));
        assertEquals("[2018-07-15T15:01:00.000Z, 2018-07-15T15:02:00.000Z, 2018-07-15T15:03:00.000Z]",
                driver.metrics("m").get("peakPeriods").findValuesAsText("minute").toString());
    }

    @Test
    void peaks_sevenMinutes_keepsTheFiveBusiest() {
        for (int minute = 0; minute < 7; minute++) {
            sendInMinute(minute, 10 - minute);
        }
        sendInMinute(6, 8);

        assertEquals("[12, 10, 9, 8, 7]",
                driver.metrics("m").get("peakPeriods").findValuesAsText("eventCount").toString());
    }

    /// Compares the peaks with a sort of all minutes.
    @Test
    void peaks_anyStream_areTheBusiestOfAllMinutes() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            String match = "p" + seed;
            for (int i = 0; i < 150; i++) {
                driver.send(event("reaction").inMatch(match)
                        .at(MINUTE.plusSeconds(60L * random.nextInt(12) * random.nextInt(2))));
            }

            JsonNode peaks = driver.metrics(match).get("peakPeriods");

            var expected = driver.minutes(match).entrySet().stream()
                    .map(entry -> new Peak(entry.getKey(), entry.getValue().events())).sorted(Peak.BUSIEST_FIRST)
                    .limit(5).toList();
            assertEquals(expected, driver.stats(match).peaks(), "seed " + seed);
            assertEquals(expected.size(), peaks.size(), "seed " + seed);
        }
    }

    // --- bounds

    @Test
    void eventsByTeam_moreTeamsThanAreKept_countsTheRestAsOther() {
        for (int team = 0; team < 70; team++) {
            driver.send(event("goal", "team-" + team), event("pass", "team-" + team));
        }

        JsonNode byTeam = driver.metrics("m").get("eventsByTeam");
        assertEquals(Counts.MAX_TEAMS + 1, byTeam.size());
        assertEquals(12, byTeam.get("other").asInt());
        assertEquals(2, byTeam.get("team-63").asInt());
        assertEquals(70, driver.metrics("m").get("goals").asInt());
        assertEquals("{team-8:1,team-9:1}", member("score"));
    }

    @Test
    void goals_ofATeamBeyondTheBound_canBeRetracted() {
        for (int team = 0; team < 70; team++) {
            driver.send(event("goal", "team-" + team));
        }

        driver.send(EventJson.retraction("m", 999, EventJson.idOf(70)));

        assertEquals(69, driver.metrics("m").get("goals").asInt());
    }

    // --- one partition, several matches

    @Test
    void process_twoMatchesYearsApartOnOnePartition_countsBothInFull() {
        for (int i = 0; i < 60; i++) {
            driver.send(event("reaction").inMatch("live").at(driver.clock.instant()),
                    event("reaction").inMatch("replayed").at(MINUTE.plusSeconds(7L * i)));
            driver.advance(Duration.ofSeconds(7));
        }

        assertEquals(60, driver.stats("live").totalEvents());
        assertEquals(60, driver.stats("replayed").totalEvents());
        assertEquals(60, driver.minutes("live").values().stream().mapToLong(MinuteStats::events).sum());
        assertEquals(60, driver.minutes("replayed").values().stream().mapToLong(MinuteStats::events).sum());
        assertEquals(7, driver.minutes("replayed").size());
        assertEquals(0, driver.counted(ProcessingOutcome.LATE));
    }

    @Test
    void late_eventOfAnEarlierMinute_isCountedAsLateAndAccepted() {
        driver.send(event("reaction").at(MINUTE.plusSeconds(60)), event("reaction").at(MINUTE.plusSeconds(61)),
                event("reaction").at(MINUTE.plusSeconds(60)), event("reaction").at(MINUTE.plusMillis(59_999)));

        assertEquals(1, driver.counted(ProcessingOutcome.LATE));
        assertEquals(4, driver.counted(ProcessingOutcome.ACCEPTED));
        assertEquals(4, driver.stats("m").totalEvents());
    }

    @Test
    void latencies_receivedAt_isMeasuredToNow() {
        driver.send("m".getBytes(java.nio.charset.StandardCharsets.UTF_8), event("reaction").bytes(),
                new org.apache.kafka.common.header.internals.RecordHeaders().add("received-at",
                        Long.toString((PipelineDriver.START.toEpochMilli() - 40) * 1000)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        double p50 = driver.metrics("m").get("responseTimePercentiles").get("p50").asDouble();
        assertEquals(40, p50, 40 * 0.0625);
    }
}
