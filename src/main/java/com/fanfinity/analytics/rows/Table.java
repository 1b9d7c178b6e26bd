package com.fanfinity.analytics.rows;

import java.util.Arrays;
import java.util.List;

/// The tables that the sink fills. Columns are in the order in which rows are encoded, with the types in which they are
/// encoded. ClickHouse converts a value if its column has another type, for example LowCardinality(String).
public enum Table {
    EVENTS("match_events", """
            event_id UUID, match_id String, event_type String, timestamp DateTime64(3, 'UTC'), team_id String,
            player_id String, metadata String, received_at DateTime64(6, 'UTC'), kafka_partition Int32,
            kafka_offset Int64, source_partition Int32, accepted_number UInt64, acceptance UInt64,
            metadata_sent String, retracts UUID, producer String"""),
    MINUTES("match_minutes", """
            match_id String, minute DateTime64(0, 'UTC'), events UInt64, by_type Map(String, UInt64),
            by_team Map(String, UInt64), version UInt64, kafka_partition Int32, kafka_offset Int64"""),
    STATS("match_stats", """
            match_id String, status String, home_team_id String, home_team String, away_team_id String,
            away_team String, score Map(String, UInt64), shootout Map(String, UInt64), total_events UInt64,
            events_by_type Map(String, UInt64), events_by_team Map(String, UInt64), goals UInt64,
            yellow_cards UInt64, red_cards UInt64, duplicates UInt64,
            first_event_at Nullable(DateTime64(3, 'UTC')), last_event_at Nullable(DateTime64(3, 'UTC')),
            last_activity_at Nullable(DateTime64(3, 'UTC')), events_per_minute_average Float64,
            events_per_minute_peak Float64, peak_minute Nullable(DateTime64(0, 'UTC')), peak_events UInt64,
            response_p50 Nullable(Float64), response_p95 Nullable(Float64), response_p99 Nullable(Float64),
            version UInt64, body String, kafka_partition Int32, kafka_offset Int64"""),
    DEAD("dead_letters", """
            reason String, detail String, source_topic String, source_partition Int32, source_offset Int64,
            key String, raw String, headers Map(String, String), received_at DateTime64(6, 'UTC'),
            kafka_topic String, kafka_partition Int32, kafka_offset Int64, producer String""");

    private final String tableName;
    private final String structure;
    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<String> columns;

    Table(String tableName, String structure) {
        this.tableName = tableName;
        this.structure = structure.replace('\n', ' ').strip();
        this.columns = Arrays.stream(this.structure.split(", (?=\\w+ [A-Z])", -1))
                .map(column -> column.substring(0, column.indexOf(' '))).toList();
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

    /// The columns with the types of the encoded values: `name type, name type`.
    public String structure() {
        return structure;
    }
}
