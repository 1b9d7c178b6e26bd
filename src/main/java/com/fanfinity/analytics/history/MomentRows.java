package com.fanfinity.analytics.history;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;
import com.fanfinity.analytics.pipeline.KeyMomentJson;
import com.fanfinity.analytics.pipeline.KeyMomentList;

/// Reads the key moments of a match from its rows. Holds no more moments than it returns.
final class MomentRows {

    private static final String TYPES = Arrays.stream(EventType.values()).filter(EventType::isKeyMoment)
            .map(type -> '\'' + type.wireName() + '\'').collect(Collectors.joining(", "));

    private final ClickHouse clickHouse;
    private final String matchId;

    MomentRows(ClickHouse clickHouse, String matchId) {
        this.clickHouse = clickHouse;
        this.matchId = matchId;
    }

    /// Reads the moments first, then all retractions of the match.
    KeyMomentList newest() throws SQLException {
        List<MatchEvent> newestFirst = clickHouse.query(
                "SELECT " + ArchivedEventRows.COLUMNS + ", if(length(" + ArchivedEventRows.METADATA + ") <= "
                        + KeyMomentJson.MOST_METADATA_BYTES
                        + " OR event_type IN ('match_start', 'retraction'), " + ArchivedEventRows.METADATA
                        + ", '') FROM "
                        + clickHouse.database() + ".match_events WHERE match_id = ? AND event_type IN (" + TYPES
                        + ") ORDER BY timestamp DESC, toString(event_id) DESC LIMIT 1 BY timestamp, event_id LIMIT "
                        + (KeyMomentList.MOST + 1),
                row -> ArchivedEventRows.read(matchId, row), matchId);
        Set<UUID> retracted = retracted(newestFirst);
        return KeyMomentList.of(newestFirst.stream()
                .map(event -> KeyMomentJson.listItem(event,
                        event.type() != EventType.RETRACTION && retracted.contains(event.eventId())))
                .iterator());
    }

    private Set<UUID> retracted(List<MatchEvent> moments) throws SQLException {
        Set<UUID> momentIds = moments.stream().map(MatchEvent::eventId).collect(Collectors.toSet());
        Set<UUID> retracted = new HashSet<>();
        clickHouse.stream("SELECT " + ArchivedEventRows.COLUMNS + ", " + ArchivedEventRows.METADATA + " FROM "
                + clickHouse.database()
                + ".match_events WHERE match_id = ? AND event_type = '" + EventType.RETRACTION.wireName() + '\'',
                row -> {
                    if (ArchivedEventRows.read(matchId, row).detail() instanceof Retraction(UUID target)
                            && momentIds.contains(target)) {
                        retracted.add(target);
                    }
                }, matchId);
        return retracted;
    }
}
