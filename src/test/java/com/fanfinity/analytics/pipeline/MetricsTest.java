package com.fanfinity.analytics.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void score_thirdTeam_showsOnlyItsGoals() {
        driver.send(EventJson.kickOff("m", 900, "A", "B"), event("goal", "C"), event("own_goal", "D"),
                event("pass", "E"),
                event("own_goal", "A"));

        assertEquals("{A:0,B:1,C:1}", member("score"));
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
                .metadata("{\"homeTeam\":\"new\",\"awayTeamId\":7}");
        EventJson early = event("match_start").at(MINUTE).metadata("{\"homeTeam\":\"old\"}");
        EventJson sameTimeSmallerId = new EventJson("m", "match_start", EventJson.idOf(0), latest.at(), latest.team(),
                java.util.Optional.of("{\"homeTeam\":\"same time\"}"));

        driver.send(early, latest, sameTimeSmallerId, event("match_start").at(MINUTE.plusSeconds(1)));

        assertEquals("{home:{teamId:null,name:new},away:{teamId:7,name:null}}", member("teams"));
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
        assertEquals(6, driver.metrics("m").get("score").get("other").asInt());
    }

    @Test
    void goals_ofATeamBeyondTheBound_canBeRetracted() {
        for (int team = 0; team < 70; team++) {
            driver.send(event("goal", "team-" + team));
        }

        driver.send(EventJson.retraction("m", 999, EventJson.idOf(70)));

        assertEquals(69, driver.metrics("m").get("goals").asInt());
        assertEquals(5, driver.metrics("m").get("score").get("other").asInt());
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
