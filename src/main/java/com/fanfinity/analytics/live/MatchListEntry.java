package com.fanfinity.analytics.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.Timestamps;

/// A match in the list of all: what the list says of it, and where it stands there. Belongs to the one thread that follows the topics.
final class MatchListEntry {

    /// Live ones first, then by when something last came for them.
    static final Comparator<MatchListEntry> ORDER = Comparator.comparing((MatchListEntry match) -> match.live).reversed()
            .thenComparing(Comparator.comparingLong((MatchListEntry match) -> match.lastActivity).reversed())
            .thenComparing(match -> match.matchId);

    /// Minutes of the small curve.
    private static final int CURVE = 30;

    private static final int LONGEST_NAME = 16;

    private static final Set<String> SUMMARY = Set.of("matchId", "status", "teams", "competition", "venue", "score", "shootout",
            "totalEvents", "firstEventAt", "lastEventAt", "lastActivityAt", "eventsPerMinute");

    private static final JsonFactory JSON = new JsonFactory();

    /// A half, an extra time, a shoot-out.
    ///
    /// @param at when it began, or if it does not run any more, when it ended
    private record Period(String name, Instant at, boolean running) {}

    private final String matchId;
    private final TreeMap<Long, Long> minutes = new TreeMap<>();
    private Optional<Period> period = Optional.empty();
    private byte @Nullable [] state;
    private byte[] summary = new byte[0];
    private boolean live;
    private long lastActivity;

    MatchListEntry(String matchId) {
        this.matchId = matchId;
    }

    String matchId() {
        return matchId;
    }

    void putMetrics(byte[] metrics) {
        state = metrics;
    }

    void putMinute(MinuteSeries.Row row) {
        minutes.put(row.minute(), row.events());
        while (minutes.size() > CURVE || minutes.firstKey() <= minutes.lastKey() - CURVE) {
            minutes.pollFirstEntry();
        }
    }

    /// Learns from a key moment which period is being played.
    void addMoment(byte[] json) {
        String type = "";
        String name = "";
        Instant at = Instant.EPOCH;
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "eventType" -> type = in.getText();
                    case "timestamp" -> at = Instant.parse(in.getText());
                    case "metadata" -> name = periodName(in);
                    default -> in.skipChildren();
                }
            }
        } catch (IOException | DateTimeParseException _) {
            return;
        }
        boolean start = type.equals("period_start");
        if ((start || type.equals("period_end")) && (period.isEmpty() || !at.isBefore(period.get().at))) {
            period = Optional.of(new Period(name, at, start));
        }
    }

    private static String periodName(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return "";
        }
        String name = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean isIt = in.currentName().equals("period");
            if (in.nextToken() == JsonToken.VALUE_STRING && isIt) {
                name = in.getText();
            } else {
                in.skipChildren();
            }
        }
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    /// Makes anew what the list says of it.
    ///
    /// @return false if too little is known of it to be shown
    boolean refresh() {
        if (state == null) {
            return false;
        }
        byte[] metrics = state;
        try (JsonParser in = JSON.createParser(metrics)) {
            in.nextToken();
            summary = Json.object(out -> {
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    copy(in, out);
                }
                writePeriod(out);
                writeCurve(out);
            });
            return true;
        } catch (IOException | UncheckedIOException | DateTimeParseException _) {
            state = null; // none of ours
            return false;
        }
    }

    /// What the list says of it, JSON; as of the last {@link #refresh}.
    byte[] summary() {
        return summary;
    }

    private void copy(JsonParser in, JsonGenerator out) throws IOException {
        String field = in.currentName();
        JsonToken value = in.nextToken();
        if (field.equals("status")) {
            live = in.getText().equals("live");
        } else if (field.equals("lastActivityAt")) {
            lastActivity = Instant.parse(in.getText()).toEpochMilli();
        }
        if (!SUMMARY.contains(field)) {
            in.skipChildren();
        } else if (value != null) {
            out.writeFieldName(field);
            out.copyCurrentStructure(in);
        }
    }

    private void writePeriod(JsonGenerator out) throws IOException {
        if (period.isEmpty()) {
            out.writeNullField("period");
            return;
        }
        out.writeObjectFieldStart("period");
        out.writeStringField("name", period.get().name());
        out.writeStringField("startedAt", Timestamps.formatMillis(period.get().at().toEpochMilli()));
        out.writeBooleanField("running", period.get().running());
        out.writeEndObject();
    }

    /// Minutes without events are in it too.
    private void writeCurve(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("sparkline");
        if (!minutes.isEmpty()) {
            out.writeStringField("from", Timestamps.formatMillis(minutes.firstKey() * 60_000));
            out.writeArrayFieldStart("events");
            for (long minute = minutes.firstKey(); minute <= minutes.lastKey(); minute++) {
                out.writeNumber(minutes.getOrDefault(minute, 0L));
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }
}
