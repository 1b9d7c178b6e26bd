package com.fanfinity.analytics.pipeline;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;

/// The values of `match-minutes` and `match-stats`.
final class PublishedJson {

    private PublishedJson() {}

    /// What viewers are sent as it is, and the same as the API answers.
    ///
    /// @param now what "current" is measured from, milliseconds since the epoch
    /// @param asOf every event acknowledged before then is in it, milliseconds since the epoch
    static byte[] stats(String matchId, MatchStats stats, long now, long asOf) {
        return Json.object(json -> {
            MetricsJson.writeMembers(json, matchId, stats, now);
            json.writeStringField("asOf", Timestamps.formatMillis(asOf));
            json.writeBooleanField("stale", false);
        });
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
