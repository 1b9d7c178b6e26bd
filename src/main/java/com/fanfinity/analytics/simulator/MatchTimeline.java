package com.fanfinity.analytics.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Collects the events of a match in any order and returns them in chronological order.
final class MatchTimeline {
    private final String matchId;
    private final Instant kickOff;
    private final Halves halves;
    private final List<SimulatedEvent> events = new ArrayList<>();

    MatchTimeline(String matchId, Instant kickOff, Halves halves) {
        this.matchId = matchId;
        this.kickOff = kickOff;
        this.halves = halves;
    }

    Halves halves() {
        return halves;
    }

    /// An event of the match or its fans as a whole.
    UUID add(Duration at, String type, Map<String, Object> metadata) {
        return write(at, type, Optional.empty(), Optional.empty(), metadata);
    }

    /// An event of a team as a whole, or of its fans.
    UUID add(Duration at, String type, Squad team, Map<String, Object> metadata) {
        return write(at, type, Optional.of(team.teamId()), Optional.empty(), metadata);
    }

    /// An event of a player; period and minute are added to the metadata.
    UUID add(Duration at, String type, Squad team, String player, Map<String, Object> metadata) {
        var full = new LinkedHashMap<String, Object>();
        full.put("period", halves.period(at));
        full.put("minute", halves.minute(at));
        full.putAll(metadata);
        return write(at, type, Optional.of(team.teamId()), Optional.of(player), full);
    }

    /// Ids depend only on the match and the order of writing, so that the same script has the same ids.
    private UUID write(Duration at, String type, Optional<String> team, Optional<String> player,
            Map<String, Object> metadata) {
        long sequence = events.size();
        UUID id = UUID.nameUUIDFromBytes((matchId + "/" + sequence).getBytes(UTF_8));
        Duration offset = Duration.ofMillis(at.toMillis());
        events.add(
                new SimulatedEvent(id, matchId, sequence, type, offset, kickOff.plus(offset), team, player, metadata));
        return id;
    }

    /// In chronological order; simultaneous events in the order of writing.
    List<SimulatedEvent> inOrder() {
        return events.stream()
                .sorted(Comparator.comparing(SimulatedEvent::offset).thenComparingLong(SimulatedEvent::sequence))
                .toList();
    }
}
