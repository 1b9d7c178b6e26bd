package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.KeyMoment;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

/// Key moments as JSON on one line, even if the metadata had line breaks, so that a key moment fits a line of an event
/// stream.
public final class KeyMomentJson {

    /// Larger metadata is left out, since every viewer receives it.
    public static final int MOST_METADATA_BYTES = 2 << 10;

    private KeyMomentJson() {}

    /// The value of `match-moments`.
    ///
    /// @param stats the match after the event
    /// @param retracted whether its retraction arrived before it
    static byte[] published(MatchEvent event, MatchStats stats, boolean retracted) {
        MatchEvent shown = withShortMetadata(event);
        return Json.toBytes(new KeyMoment(event.eventId(), event.matchId(), event.type(), event.timestamp(),
                shown.teamId().orElse(null),
                shown.playerId().orElse(null), shown.metadata().orElse(null), TeamScores.score(stats),
                TeamScores.shootout(stats),
                retracted));
    }

    /// The members that a retraction does not change.
    static byte[] storedItem(MatchEvent event) {
        return Json.object(json -> EventCodec.writeMembers(json, withShortMetadata(event)));
    }

    /// A key moment in the list of its match.
    ///
    /// @param stored the result of {@link #storedItem}
    static String listItem(byte[] stored, boolean retracted) {
        return new String(stored, 0, stored.length - 1, UTF_8) + ",\"retracted\":" + retracted + '}';
    }

    /// A key moment in the list of its match.
    public static String listItem(MatchEvent event, boolean retracted) {
        return listItem(storedItem(event), retracted);
    }

    private static MatchEvent withShortMetadata(MatchEvent event) {
        Optional<String> metadata = event.metadata().map(text -> text.getBytes(UTF_8).length <= MOST_METADATA_BYTES
                ? text.replace('\n', ' ').replace('\r', ' ') // JSON strings have no raw line breaks
                : retractionTarget(event));
        return new MatchEvent(event.eventId(), event.matchId(), event.type(), event.timestamp(), event.teamId(),
                event.playerId(),
                metadata.filter(text -> !text.isEmpty()), event.detail());
    }

    /// Keeps the target of a retraction, without which it has no meaning.
    private static String retractionTarget(MatchEvent event) {
        return event.detail() instanceof Retraction(UUID target) ? "{\"eventId\":\"" + target + "\"}" : "";
    }
}
