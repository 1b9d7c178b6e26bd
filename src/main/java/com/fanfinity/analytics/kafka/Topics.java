package com.fanfinity.analytics.kafka;

import java.util.List;

/// The topics. Every record's key is its `matchId` (UTF-8), so all records of a match are in one partition of each
/// topic.
///
/// @param prefix the prefix of every name, for several deployments on one cluster; normally empty
/// @param events the topic of received events, from HTTP and from other producers
public record Topics(String prefix, String events) {

    /// The topics of a deployment that does not share its events.
    public Topics(String prefix) {
        this(prefix, prefix + "match-events");
    }

    /// @param events the topic of events; if empty, `match-events` with the prefix
    public static Topics of(String prefix, String events) {
        return events.isEmpty() ? new Topics(prefix) : new Topics(prefix, events);
    }

    /// Valid events without duplicates, in the form of {@link EventCodec#encode}.
    public String accepted() {
        return prefix + "match-events-accepted";
    }

    /// Dead letters: the original key and value, with the reason and the source position in headers.
    public String dead() {
        return prefix + "match-events-dead";
    }

    /// One row per match and minute; the newest version wins.
    public String minutes() {
        return prefix + "match-minutes";
    }

    /// The newest state of each match; compacted.
    public String stats() {
        return prefix + "match-stats";
    }

    /// Each key moment of a match ({@link EventType#isKeyMoment}) as soon as it is accepted, with the score after it.
    public String moments() {
        return prefix + "match-moments";
    }

    public List<String> all() {
        return List.of(events(), accepted(), dead(), minutes(), stats(), moments());
    }
}
