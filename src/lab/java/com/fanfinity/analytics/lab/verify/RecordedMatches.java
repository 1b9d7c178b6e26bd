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

/// Recorded matches and their truths: the answers of a correct service. They are not part of this repository. They are
/// searched in `shared/data/matches` beside the project, and beside each directory above it.
public final class RecordedMatches {

    private static final Path LOCATION = Path.of("shared", "data", "matches");

    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordedMatches() {}

    /// @param events JSON objects in time order
    public record RecordedMatch(List<String> events, Truth truth) {}

    /// The correct answers after each event of a match was sent at least once, in any order.
    ///
    /// @param eventsPerMinute the key is the start of the minute, such as `2018-07-15T15:00:00Z`; minutes without
    ///     events are absent
    /// @param peakMinutes all minutes with `peakCount` events
    public record Truth(String matchId, String status, String homeTeamId, String awayTeamId,
            SortedMap<String, Long> score,
            SortedMap<String, Long> shootout, Sheet sheet, long totalEvents, SortedMap<String, Long> eventsByType,
            SortedMap<String, Long> eventsByTeam, SortedMap<Instant, Long> eventsPerMinute, long peakCount,
            List<Instant> peakMinutes,
            Instant firstEventAt, Instant lastEventAt) {

        /// The same truth for another match id.
        public Truth withMatchId(String otherMatchId) {
            return new Truth(otherMatchId, status, homeTeamId, awayTeamId, score, shootout, sheet, totalEvents,
                    eventsByType, eventsByTeam,
                    eventsPerMinute, peakCount, peakMinutes, firstEventAt, lastEventAt);
        }
    }

    /// The standing goals and cards of both teams together, as the contract defines `goals`, `yellowCards` and
    /// `redCards`.
    public record Sheet(long goals, long yellowCards, long redCards) {

        /// @param byType the number of events of each type, none of them retracted
        public static Sheet of(Map<String, Long> byType) {
            return new Sheet(sum(byType, "goal", "own_goal"), sum(byType, "yellow_card", "second_yellow_card"),
                    sum(byType, "red_card", "second_yellow_card"));
        }

        private static long sum(Map<String, Long> byType, String... types) {
            return Stream.of(types).mapToLong(type -> byType.getOrDefault(type, 0L)).sum();
        }
    }

    /// @return the recorded matches, none if the directory does not exist
    public static List<RecordedMatch> find() {
        return directory().map(RecordedMatches::in).orElse(List.of());
    }

    /// @return the matches of a directory: pairs of `name.ndjson` and `name.truth.json`
    public static List<RecordedMatch> in(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".ndjson")).sorted().map(RecordedMatches::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> directory() {
        for (Path dir = ProjectDir.find().getParent(); dir != null; dir = dir.getParent()) {
            if (Files.isDirectory(dir.resolve(LOCATION))) {
                return Optional.of(dir.resolve(LOCATION));
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
        numbers(json.required("eventsPerMinute"))
                .forEach((minute, events) -> minutes.put(Instant.parse(minute), events));
        List<Instant> peaks = new ArrayList<>();
        json.required("peakMinutes").forEach(minute -> peaks.add(Instant.parse(minute.asText())));
        SortedMap<String, Long> byType = numbers(json.required("eventsByType"));
        if (byType.containsKey("retraction")) {
            throw new IllegalStateException(
                    "a recorded match with retractions: its goals and cards do not follow from its types");
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
