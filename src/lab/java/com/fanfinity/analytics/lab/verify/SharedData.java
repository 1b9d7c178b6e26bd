package com.fanfinity.analytics.lab.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.stack.process.ProjectDir;

/// Recorded matches and what any correct service answers for them. They are no part of this repository: they are looked for in
/// `shared/data/matches` beside the project, or beside a directory above it.
public final class SharedData {

    private static final Path PLACE = Path.of("shared", "data", "matches");

    private static final ObjectMapper JSON = new ObjectMapper();

    private SharedData() {}

    /// A match as recorded.
    ///
    /// @param events one JSON a line, in the order of time
    public record RecordedMatch(List<String> events, Truth truth) {}

    /// What holds after each event of a match was sent once or more, in any order.
    ///
    /// @param eventsPerMinute by the start of the minute, such as `2018-07-15T15:00:00Z`; minutes without events are absent
    /// @param peakMinutes all minutes that have `peakCount` events
    public record Truth(String matchId, String status, String homeTeamId, String awayTeamId, SortedMap<String, Long> score,
            SortedMap<String, Long> shootout, Sheet sheet, long totalEvents, SortedMap<String, Long> eventsByType,
            SortedMap<String, Long> eventsByTeam, SortedMap<Instant, Long> eventsPerMinute, long peakCount, List<Instant> peakMinutes,
            Instant firstEventAt, Instant lastEventAt) {

        /// The same truth of a match of another name.
        public Truth of(String otherMatchId) {
            return new Truth(otherMatchId, status, homeTeamId, awayTeamId, score, shootout, sheet, totalEvents, eventsByType, eventsByTeam,
                    eventsPerMinute, peakCount, peakMinutes, firstEventAt, lastEventAt);
        }
    }

    /// The match sheet: what was not taken back, both teams together, by the contract's words for `goals`, `yellowCards` and `redCards`.
    public record Sheet(long goals, long yellowCards, long redCards) {

        /// @param byType how often each type occurred; none of it was taken back
        public static Sheet of(Map<String, Long> byType) {
            return new Sheet(sum(byType, "goal", "own_goal"), sum(byType, "yellow_card", "second_yellow_card"),
                    sum(byType, "red_card", "second_yellow_card"));
        }

        private static long sum(Map<String, Long> byType, String... types) {
            return Stream.of(types).mapToLong(type -> byType.getOrDefault(type, 0L)).sum();
        }
    }

    /// All recorded matches; empty if there are none beside the project.
    public static List<RecordedMatch> matches() {
        Optional<Path> directory = directory();
        if (directory.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory.get())) {
            return files.filter(file -> file.toString().endsWith(".ndjson")).sorted().map(SharedData::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> directory() {
        for (Path dir = ProjectDir.find().getParent(); dir != null; dir = dir.getParent()) {
            if (Files.isDirectory(dir.resolve(PLACE))) {
                return Optional.of(dir.resolve(PLACE));
            }
        }
        return Optional.empty();
    }

    private static RecordedMatch read(Path ndjson) {
        try {
            Path truth = ndjson.resolveSibling(ndjson.getFileName().toString().replace(".ndjson", ".truth.json"));
            List<String> events = Files.readAllLines(ndjson).stream().filter(line -> !line.isBlank()).toList();
            return new RecordedMatch(events, truth(JSON.readTree(Files.readAllBytes(truth))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Truth truth(JsonNode json) {
        SortedMap<Instant, Long> minutes = new TreeMap<>();
        numbers(json.required("eventsPerMinute")).forEach((minute, events) -> minutes.put(Instant.parse(minute), events));
        List<Instant> peaks = new ArrayList<>();
        json.required("peakMinutes").forEach(minute -> peaks.add(Instant.parse(minute.asText())));
        SortedMap<String, Long> byType = numbers(json.required("eventsByType"));
        if (byType.containsKey("retraction")) {
            throw new IllegalStateException("a recorded match with retractions: its sheet does not follow from its types");
        }
        return new Truth(json.required("matchId").asText(), "ended", json.required("homeTeamId").asText(),
                json.required("awayTeamId").asText(),
                numbers(json.required("score")), numbers(json.path("shootout")), Sheet.of(byType),
                json.required("totalEvents").asLong(), byType, numbers(json.required("eventsByTeam")), minutes,
                json.required("peakCount").asLong(), peaks, Instant.parse(json.required("firstEventAt").asText()),
                Instant.parse(json.required("lastEventAt").asText()));
    }

    private static SortedMap<String, Long> numbers(JsonNode object) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        object.properties().forEach(member -> numbers.put(member.getKey(), member.getValue().asLong()));
        return numbers;
    }
}
