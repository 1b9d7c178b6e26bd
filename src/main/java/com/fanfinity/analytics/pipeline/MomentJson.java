package com.fanfinity.analytics.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.UUID;

import com.fanfinity.analytics.event.EventCodec;
import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.KeyMoment;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Retraction;

/// Key moments as JSON: the members of the event, on one line however its metadata was written, so that it can be sent by the line.
public final class MomentJson {

    /// Metadata of more bytes is left out: every viewer gets it.
    public static final int MOST_METADATA_BYTES = 2 << 10;

    private MomentJson() {}

    /// The value of `match-moments`.
    ///
    /// @param stats the match after the event
    /// @param retracted whether it was taken back before it came
    static byte[] published(MatchEvent event, MatchStats stats, boolean retracted) {
        MatchEvent brief = brief(event);
        return Json.toBytes(new KeyMoment(event.eventId(), event.matchId(), event.type(), event.timestamp(), brief.teamId().orElse(null),
                brief.playerId().orElse(null), brief.metadata().orElse(null), TeamScores.score(stats), TeamScores.shootout(stats),
                retracted));
    }

    /// The members that do not change.
    static byte[] listed(MatchEvent event) {
        return Json.object(json -> EventCodec.writeMembers(json, brief(event)));
    }

    /// A moment in the list of its match.
    ///
    /// @param listed what {@link #listed} wrote
    static String told(byte[] listed, boolean retracted) {
        return new String(listed, 0, listed.length - 1, UTF_8) + ",\"retracted\":" + retracted + '}';
    }

    /// A moment in the list of its match.
    public static String told(MatchEvent event, boolean retracted) {
        return told(listed(event), retracted);
    }

    private static MatchEvent brief(MatchEvent event) {
        Optional<String> metadata = event.metadata().map(text -> text.getBytes(UTF_8).length <= MOST_METADATA_BYTES
                ? text.replace('\n', ' ').replace('\r', ' ') // there are none inside of its strings
                : essence(event));
        return new MatchEvent(event.eventId(), event.matchId(), event.type(), event.timestamp(), event.teamId(), event.playerId(),
                metadata.filter(text -> !text.isEmpty()), event.detail());
    }

    /// What must not be left out: a retraction without its target says nothing.
    private static String essence(MatchEvent event) {
        return event.detail() instanceof Retraction(UUID target) ? "{\"eventId\":\"" + target + "\"}" : "";
    }
}
