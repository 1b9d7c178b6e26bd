package com.fanfinity.analytics.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.Decoded;
import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.EventRules;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Detail;

/// Reads events from rows of `match_events`.
final class ArchivedEventRows {

    static final String COLUMNS = "toString(event_id), event_type, toUnixTimestamp64Milli(timestamp), "
            + "team_id, player_id";

    /// The metadata as the client sent it.
    static final String METADATA = "if(metadata_sent = '', metadata, metadata_sent)";

    private static final EventCodec CODEC = new EventCodec(EventRules.ofAccepted());

    private ArchivedEventRows() {}

    /// The event of a row that has {@link #COLUMNS} and then its metadata. If the query omits the metadata, so does the
    /// event.
    static MatchEvent read(String matchId, ResultSet row) throws SQLException {
        EventType type = EventType.ofWireName(row.getString(2))
                .orElseThrow(
                        () -> new IllegalStateException("a row has an event type that this version does not know"));
        MatchEvent plain = new MatchEvent(UUID.fromString(row.getString(1)), matchId, type,
                Instant.ofEpochMilli(row.getLong(3)),
                given(row.getString(4)), given(row.getString(5)), given(row.getString(6)), Detail.NONE);
        return switch (type) {
            case MATCH_START, RETRACTION -> withDetail(plain);
            default -> plain;
        };
    }

    static byte[] json(MatchEvent event) {
        return CODEC.encode(event);
    }

    private static MatchEvent withDetail(MatchEvent plain) {
        return switch (CODEC.decode(CODEC.encode(plain), Instant.EPOCH, plain::eventId)) {
            case Decoded.Valid(MatchEvent event, _) -> event;
            case Decoded.Invalid(var faults, _) -> throw new IllegalStateException("a row breaks the rules: " + faults);
        };
    }

    private static Optional<String> given(String column) {
        return column.isEmpty() ? Optional.empty() : Optional.of(column);
    }
}
