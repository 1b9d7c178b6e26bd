package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.fanfinity.analytics.lab.hostile.RawHttp.Reply;
import com.fanfinity.analytics.stack.ApiClient;
import com.fanfinity.analytics.stack.Await;

/// The events that the service accepted, and the proof that each is stored once. Retractions are left out.
final class AcceptedEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STORED_WITHIN = Duration.ofMinutes(4);

    private final Set<String> identities = ConcurrentHashMap.newKeySet();

    int count() {
        return identities.size();
    }

    /// Notes the accepted events of an answer.
    ///
    /// @return a violation if the service accepted a body that is no JSON
    Optional<String> note(FuzzInput.Http input, Reply reply) {
        if (input.form() != FuzzInput.Form.WRITE || (reply.status() != 202 && reply.status() != 207)) {
            return Optional.empty();
        }
        try {
            JsonNode answer = JSON.readTree(reply.body());
            if (input.path().equals("/api/events")) {
                add(JSON.readTree(input.body()), answer.path("eventId").asText());
                return Optional.empty();
            }
            List<JsonNode> events = events(input);
            Set<Integer> left = new HashSet<>();
            answer.path("rejected").forEach(each -> left.add(each.path("index").asInt()));
            answer.path("unavailable").forEach(each -> left.add(each.asInt()));
            for (int i = 0; i < events.size(); i++) {
                if (!left.contains(i)) {
                    add(events.get(i), events.get(i).path("eventId").asText());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            // Of a batch of lines with broken ones, the numbers of the events are not known here.
            return input.path().endsWith("/batch") ? Optional.empty() : Optional.of("accepted: a body that is no JSON");
        }
    }

    private static List<JsonNode> events(FuzzInput.Http input) throws IOException {
        String body = new String(input.body(), UTF_8);
        List<JsonNode> events = new ArrayList<>();
        if (body.stripLeading().startsWith("[")) {
            JSON.readTree(body).forEach(events::add);
            return events;
        }
        for (String line : body.split("\n", -1)) {
            if (!line.isBlank()) {
                events.add(JSON.readTree(line));
            }
        }
        return events;
    }

    private void add(JsonNode event, String eventId) {
        if (!event.path("eventType").asText().equals("retraction") && !eventId.isEmpty()) {
            identities.add(event.path("matchId").asText() + ' ' + eventId.toLowerCase(Locale.ROOT));
        }
    }

    /// @return the violation if an accepted event is not stored once
    Optional<String> verify(ApiClient api) {
        Set<String> stored = new HashSet<>();
        List<String> twice = new ArrayList<>();
        try {
            Await.until(STORED_WITHIN, "each accepted event is stored", () -> {
                stored.clear();
                twice.clear();
                for (String row : api.rows("SELECT concat(match_id, ' ', toString(event_id)), count() "
                        + "FROM fanfinity.match_events GROUP BY match_id, event_id")) {
                    String[] columns = row.split("\t", -1);
                    stored.add(columns[0]);
                    if (!columns[1].equals("1")) {
                        twice.add(row);
                    }
                }
                return stored.containsAll(identities);
            });
        } catch (AssertionError _) {
            return Optional.of("once: not stored: " + identities.stream().filter(id -> !stored.contains(id)).limit(3)
                    .toList());
        }
        return twice.isEmpty() ? Optional.empty() : Optional.of("once: stored more than once: " + twice.getFirst());
    }
}
