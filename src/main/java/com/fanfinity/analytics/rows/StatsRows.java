package com.fanfinity.analytics.rows;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.clickhouse.RowBinary;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchMetrics;
import com.fanfinity.analytics.event.MatchMetrics.PeakMinute;
import com.fanfinity.analytics.event.MatchMetrics.ResponseTimes;
import com.fanfinity.analytics.event.MatchMetrics.Team;

/// Maps states of matches to rows of `match_stats`. The newest version of a match counts. Only `matchId` and
/// `version` are required; a member of the wrong type makes the record unstorable.
final class StatsRows implements RowMapper {

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new MappingResult.Skipped();
        }
        Optional<MatchMetrics> read = Json.read(record.value(), MatchMetrics.class);
        if (read.isEmpty() || read.get().version() < 1) {
            return new MappingResult.Unstorable("not the metrics of a match with matchId and version");
        }
        MatchMetrics match = read.get();
        RowBinary row = new RowBinary();
        identity(row, match);
        counts(row, match);
        times(row, match);
        row.int64(match.version()).string(record.value()).int32(record.partition()).int64(record.offset());
        return new MappingResult.Mapped(
                new Row(Table.STATS, 0, row.toBytes(), match.matchId(), match.version(), record));
    }

    private static void identity(RowBinary row, MatchMetrics match) {
        row.string(match.matchId()).string(match.status());
        team(row, match.teams().home());
        team(row, match.teams().away());
    }

    private static void team(RowBinary row, @Nullable Team team) {
        row.string(orEmpty(team == null ? null : team.teamId())).string(orEmpty(team == null ? null : team.name()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void counts(RowBinary row, MatchMetrics match) {
        row.counts(match.score()).counts(match.shootout()).count(match.totalEvents()).counts(match.eventsByType())
                .counts(match.eventsByTeam()).count(match.goals()).count(match.yellowCards()).count(match.redCards())
                .count(match.duplicates());
    }

    private static void times(RowBinary row, MatchMetrics match) {
        Optional<PeakMinute> peak = Optional.ofNullable(match.peakMinute());
        row.nullableMillis(Optional.ofNullable(match.firstEventAt()))
                .nullableMillis(Optional.ofNullable(match.lastEventAt()))
                .nullableMillis(Optional.ofNullable(match.lastActivityAt())).float64(match.eventsPerMinute().average())
                .float64((double) match.eventsPerMinute().peak()).nullableSeconds(peak.map(PeakMinute::minute))
                .count(peak.map(PeakMinute::eventCount).orElse(0L));
        percentile(row, match, ResponseTimes::p50);
        percentile(row, match, ResponseTimes::p95);
        percentile(row, match, ResponseTimes::p99);
    }

    private static void percentile(RowBinary row, MatchMetrics match, ToDoubleFunction<ResponseTimes> percentile) {
        ResponseTimes times = match.responseTimePercentiles();
        row.nullableFloat64(
                times == null ? OptionalDouble.empty() : OptionalDouble.of(percentile.applyAsDouble(times)));
    }
}
