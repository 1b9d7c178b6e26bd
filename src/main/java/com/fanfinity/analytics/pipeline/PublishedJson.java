package com.fanfinity.analytics.pipeline;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;

/// The values of `match-minutes` and `match-stats`.
final class PublishedJson {

    private PublishedJson() {}

    static byte[] stats(String matchId, MatchStats stats, long now) {
        return Json.object(json -> MetricsJson.writeMembers(json, matchId, stats, now));
    }

    /// @param minute minutes since the epoch
    static byte[] minute(String matchId, long minute, MinuteStats stats) {
        return Json.object(json -> {
            json.writeStringField("matchId", matchId);
            json.writeStringField("minute", Timestamps.formatMillis(minute * 60_000));
            json.writeNumberField("events", stats.events());
            MetricsJson.byType(json, "byType", stats.byType());
            MetricsJson.numbers(json, "byTeam", stats.byTeam());
            json.writeNumberField("version", stats.events());
        });
    }
}
