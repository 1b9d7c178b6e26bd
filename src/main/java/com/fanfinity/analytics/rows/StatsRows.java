package com.fanfinity.analytics.rows;

import java.util.Optional;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import com.fanfinity.analytics.clickhouse.RowBinary;

/// Maps states of matches to rows of `match_stats`. The newest version of a match counts. Only `matchId` and
/// `version` are required.
final class StatsRows implements RowMapper {

    @Override
    public MappingResult map(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return new MappingResult.Skipped();
        }
        Optional<JsonBody> body = JsonBody.parse(record.value());
        if (body.isEmpty()) {
            return new MappingResult.Unstorable("a match's state is not a JSON object");
        }
        Optional<String> match = body.get().at("matchId").text();
        if (match.isEmpty() || body.get().at("version").count().isEmpty()) {
            return new MappingResult.Unstorable("a match's state lacks matchId or version");
        }
        RowBinary row = new RowBinary();
        identity(row, body.get(), match.get());
        counts(row, body.get());
        times(row, body.get());
        long version = body.get().at("version").countOrZero();
        row.int64(version).string(record.value()).int32(record.partition()).int64(record.offset());
        return new MappingResult.Mapped(new Row(Table.STATS, 0, row.toBytes(), match.get(), version, record));
    }

    private static void identity(RowBinary row, JsonBody body, String match) {
        JsonBody home = body.at("teams").at("home");
        JsonBody away = body.at("teams").at("away");
        row.string(match).string(body.at("status").textOrEmpty()).string(home.at("teamId").textOrEmpty())
                .string(home.at("name").textOrEmpty()).string(away.at("teamId").textOrEmpty()).string(away.at("name").textOrEmpty());
    }

    private static void counts(RowBinary row, JsonBody body) {
        row.counts(body.at("score").counts()).counts(body.at("shootout").counts()).int64(body.at("totalEvents").countOrZero())
                .counts(body.at("eventsByType").counts()).counts(body.at("eventsByTeam").counts()).int64(body.at("goals").countOrZero())
                .int64(body.at("yellowCards").countOrZero()).int64(body.at("redCards").countOrZero())
                .int64(body.at("duplicates").countOrZero());
    }

    private static void times(RowBinary row, JsonBody body) {
        JsonBody rate = body.at("eventsPerMinute");
        JsonBody peak = body.at("peakMinute");
        JsonBody response = body.at("responseTimePercentiles");
        row.nullableMillis(body.at("firstEventAt").time()).nullableMillis(body.at("lastEventAt").time())
                .nullableMillis(body.at("lastActivityAt").time()).float64(rate.at("average").number().orElse(0))
                .float64(rate.at("peak").number().orElse(0)).nullableSeconds(peak.at("minute").time())
                .int64(peak.at("eventCount").countOrZero()).nullableFloat64(response.at("p50").number())
                .nullableFloat64(response.at("p95").number()).nullableFloat64(response.at("p99").number());
    }
}
