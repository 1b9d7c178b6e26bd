package com.fanfinity.analytics.pipeline;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.AnswerAge;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent.Fixture;
import com.fanfinity.analytics.event.MatchMetrics;
import com.fanfinity.analytics.event.MatchMetrics.ActiveSpan;
import com.fanfinity.analytics.event.MatchMetrics.EventRate;
import com.fanfinity.analytics.event.MatchMetrics.PeakMinute;
import com.fanfinity.analytics.event.MatchMetrics.ResponseTimes;
import com.fanfinity.analytics.event.MatchMetrics.Team;
import com.fanfinity.analytics.event.MatchMetrics.Teams;
import com.fanfinity.analytics.event.MatchMinute;
import com.fanfinity.analytics.event.MatchSummary;

/// Maps stored state to the records that topics and answers consist of.
public final class MetricsMapper {

    private static final long MINUTE_MILLIS = 60_000;

    private MetricsMapper() {}

    /// @param now the time for which the current rate is computed, milliseconds since the epoch
    public static MatchMetrics metrics(String matchId, MatchStats stats, long now, AnswerAge age) {
        Fixture fixture = stats.fixture();
        long goals = stats.tallies().values().stream().mapToLong(tally -> tally.goals() + tally.ownGoals()).sum();
        return new MatchMetrics(matchId, stats.status().wireName(), teams(fixture), orNull(fixture.competition()),
                orNull(fixture.venue()),
                TeamScores.score(stats), TeamScores.shootout(stats), stats.totalEvents(), byWireName(stats.byType()),
                stats.byTeam(),
                goals, stats.yellowCards(), stats.redCards(), Instant.ofEpochMilli(stats.firstAt()),
                Instant.ofEpochMilli(stats.lastAt()), Instant.ofEpochMilli(stats.lastActivityAt()), active(stats),
                rate(stats, now), peak(stats.peaks().getFirst()),
                stats.peaks().stream().map(MetricsMapper::peak).toList(),
                responseTimes(stats.latencies()),
                stats.duplicates(), stats.version(), age);
    }

    /// The match as the list of matches shows it, without the shoot-out.
    ///
    /// @param now the time for which the current rate is computed, milliseconds since the epoch
    public static MatchSummary summary(String matchId, MatchStats stats, long now) {
        Fixture fixture = stats.fixture();
        return new MatchSummary(matchId, stats.status().wireName(), teams(fixture), orNull(fixture.competition()),
                orNull(fixture.venue()),
                TeamScores.score(stats), null, stats.totalEvents(), Instant.ofEpochMilli(stats.firstAt()),
                Instant.ofEpochMilli(stats.lastAt()), Instant.ofEpochMilli(stats.lastActivityAt()), active(stats),
                rate(stats, now));
    }

    /// @param minute minutes since the epoch
    static MatchMinute minute(String matchId, long minute, MinuteStats stats) {
        return new MatchMinute(matchId, start(minute), stats.events(),
                byWireName(stats.byType()),
                stats.byTeam(), stats.events());
    }

    /// The counts by wire name, in the order of the types.
    public static Map<String, Long> byWireName(Map<EventType, Long> counts) {
        Map<String, Long> named = LinkedHashMap.newLinkedHashMap(counts.size());
        counts.forEach((type, count) -> named.put(type.wireName(), count));
        return named;
    }

    private static Teams teams(Fixture fixture) {
        return new Teams(team(fixture.homeTeamId(), fixture.homeTeam()),
                team(fixture.awayTeamId(), fixture.awayTeam()));
    }

    private static @Nullable Team team(Optional<String> teamId, Optional<String> name) {
        return teamId.isEmpty() && name.isEmpty() ? null : new Team(orNull(teamId), orNull(name));
    }

    private static EventRate rate(MatchStats stats, long now) {
        return new EventRate(stats.currentEvents(now), stats.activeMinutes().average(),
                stats.peaks().getFirst().events());
    }

    private static ActiveSpan active(MatchStats stats) {
        ActiveMinutes minutes = stats.activeMinutes();
        return new ActiveSpan(start(minutes.from()), start(minutes.to()), start(minutes.current()));
    }

    private static PeakMinute peak(Peak peak) {
        return new PeakMinute(start(peak.minute()), peak.events());
    }

    private static Instant start(long minute) {
        return Instant.ofEpochMilli(minute * MINUTE_MILLIS);
    }

    private static ResponseTimes responseTimes(Latencies latencies) {
        return new ResponseTimes(latencies.percentile(50), latencies.percentile(95), latencies.percentile(99));
    }

    private static @Nullable String orNull(Optional<String> value) {
        return value.orElse(null);
    }
}
