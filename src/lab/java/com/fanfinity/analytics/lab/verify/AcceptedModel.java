package com.fanfinity.analytics.lab.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.lab.verify.RecordedMatches.Sheet;
import com.fanfinity.analytics.lab.verify.RecordedMatches.Truth;

/// The expected totals, computed only from the events with a 202. It shares no code with the service. Thread-safe.
public final class AcceptedModel {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<UUID, EventJson>> matches = new ConcurrentHashMap<>();
    private final AtomicLong total = new AtomicLong();

    /// The key of an event in ClickHouse.
    public record Identity(String matchId, UUID eventId) {}

    /// Records an event with a 202.
    ///
    /// @return false if it already had one
    public boolean accept(EventJson event) {
        boolean first = matches.computeIfAbsent(event.matchId(), _ -> new ConcurrentHashMap<>()).putIfAbsent(
                event.eventId(),
                event) == null;
        if (first) {
            total.incrementAndGet();
        }
        return first;
    }

    /// The number of different events with a 202.
    public long total() {
        return total.get();
    }

    public SortedSet<String> matchIds() {
        return new TreeSet<>(matches.keySet());
    }

    public Set<Identity> identities() {
        return matches.entrySet().stream()
                .flatMap(match -> match.getValue().keySet().stream().map(event -> new Identity(match.getKey(), event)))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// The truth of a match with at least one accepted event.
    public Truth truth(String matchId) {
        Collection<EventJson> events = matches.getOrDefault(matchId, Map.of()).values();
        Set<UUID> takenBack = events.stream().filter(event -> event.type().equals("retraction"))
                .map(event -> UUID.fromString(said(event, "eventId").orElseThrow())).collect(Collectors.toSet());
        List<EventJson> standing = events.stream().filter(event -> !takenBack.contains(event.eventId())).toList();
        Optional<EventJson> kickOff = standing.stream().filter(event -> event.type().equals("match_start"))
                .max(Comparator.<EventJson, Instant>comparing(AcceptedModel::time).thenComparing(EventJson::eventId));
        String home = kickOff.flatMap(event -> said(event, "homeTeamId")).orElse("");
        String away = kickOff.flatMap(event -> said(event, "awayTeamId")).orElse("");
        SortedMap<Instant, Long> minutes = count(events,
                event -> Stream.of(time(event).truncatedTo(ChronoUnit.MINUTES)));
        long peak = minutes.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        SortedMap<String, Long> byType = count(events, event -> Stream.of(event.type()));
        return new Truth(matchId, status(byType, standing), home, away, score(standing, home, away),
                shootout(standing, home, away),
                Sheet.of(count(standing, event -> Stream.of(event.type()))), events.size(), byType,
                count(events, event -> event.team().stream()), minutes, peak,
                minutes.entrySet().stream().filter(minute -> minute.getValue() == peak).map(Map.Entry::getKey).toList(),
                events.stream().map(AcceptedModel::time).min(Comparator.naturalOrder()).orElseThrow(),
                events.stream().map(AcceptedModel::time).max(Comparator.naturalOrder()).orElseThrow());
    }

    private static String status(Map<String, Long> byType, List<EventJson> standing) {
        if (standing.stream().anyMatch(event -> event.type().equals("match_end"))) {
            return "ended";
        }
        return byType.keySet().equals(Set.of("match_start")) ? "scheduled" : "live";
    }

    /// The score of each team of `match_start`: its goals and the own goals of the other team.
    private static SortedMap<String, Long> score(List<EventJson> standing, String home, String away) {
        return new TreeMap<>(Map.of(home, of(standing, "goal", home) + of(standing, "own_goal", away),
                away, of(standing, "goal", away) + of(standing, "own_goal", home)));
    }

    private static SortedMap<String, Long> shootout(List<EventJson> standing, String home, String away) {
        long ofHome = of(standing, "shootout_goal", home);
        long ofAway = of(standing, "shootout_goal", away);
        return ofHome + ofAway == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(home, ofHome, away, ofAway));
    }

    private static long of(List<EventJson> events, String type, String team) {
        return events.stream().filter(event -> event.type().equals(type) && event.team().equals(Optional.of(team)))
                .count();
    }

    private static <K extends Comparable<K>> SortedMap<K, Long> count(Collection<EventJson> events,
            Function<EventJson, Stream<K>> keys) {
        return events.stream().flatMap(keys)
                .collect(Collectors.groupingBy(key -> key, TreeMap::new, Collectors.counting()));
    }

    private static Instant time(EventJson event) {
        return Instant.parse(event.at());
    }

    private static Optional<String> said(EventJson event, String member) {
        try {
            JsonNode metadata = JSON.readTree(event.metadata().orElse("{}"));
            return metadata.hasNonNull(member) ? Optional.of(metadata.required(member).asText()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
