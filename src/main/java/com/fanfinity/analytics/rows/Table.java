package com.fanfinity.analytics.rows;

import java.util.List;

/// The tables that the sink fills. Columns are in the order in which rows are encoded.
public enum Table {
    EVENTS("match_events",
            List.of("event_id", "match_id", "event_type", "timestamp", "team_id", "player_id", "metadata",
                    "received_at", "kafka_partition",
                    "kafka_offset", "source_partition", "accepted_number", "acceptance")),
    MINUTES("match_minutes",
            List.of("match_id", "minute", "events", "by_type", "by_team", "version", "kafka_partition",
                    "kafka_offset")),
    STATS("match_stats",
            List.of("match_id", "status", "home_team_id", "home_team", "away_team_id", "away_team", "score", "shootout",
                    "total_events",
                    "events_by_type", "events_by_team", "goals", "yellow_cards", "red_cards", "duplicates",
                    "first_event_at",
                    "last_event_at", "last_activity_at", "events_per_minute_average", "events_per_minute_peak",
                    "peak_minute",
                    "peak_events", "response_p50", "response_p95", "response_p99", "version", "body", "kafka_partition",
                    "kafka_offset")),
    DEAD("dead_letters",
            List.of("reason", "detail", "source_topic", "source_partition", "source_offset", "key", "raw", "headers",
                    "received_at", "kafka_topic", "kafka_partition", "kafka_offset"));

    private final String tableName;
    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> columns;

    Table(String tableName, List<String> columns) {
        this.tableName = tableName;
        this.columns = columns;
    }

    public String tableName() {
        return tableName;
    }

    /// The name, qualified with its database.
    public String in(String database) {
        return database + '.' + tableName;
    }

    public List<String> columns() {
        return columns;
    }
}
