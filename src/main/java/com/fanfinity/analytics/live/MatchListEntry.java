package com.fanfinity.analytics.live;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.MatchMetrics;
import com.fanfinity.analytics.event.MatchStatus;
import com.fanfinity.analytics.event.MatchSummary;

/// A match in the list stream: its JSON and its place in the order. Confined to the topic reader's thread.
final class MatchListEntry {

    /// Live matches first, then those with the newest activity.
    static final Comparator<MatchListEntry> ORDER = Comparator.comparing((MatchListEntry match) -> match.live)
            .reversed()
            .thenComparing(Comparator.comparingLong((MatchListEntry match) -> match.lastActivity).reversed())
            .thenComparing(match -> match.matchId);

    private static final int SPARKLINE_MINUTES = 30;

    private static final int MAX_PERIOD_NAME = 16;

    /// The JSON of the entry.
    record LiveListItem(@JsonUnwrapped MatchSummary summary, @Nullable MatchPeriod period, Sparkline sparkline) {}

    /// The current or latest period.
    ///
    /// @param startedAt when it began, or when it ended if it is not running
    record MatchPeriod(String name, Instant startedAt, boolean running) {}

    /// Events per minute of the last half hour of event time, without gaps. Both members are absent before the first
    /// minute.
    ///
    /// @param from start of the first minute
    @JsonInclude(Include.NON_NULL)
    record Sparkline(@Nullable Instant from, @Nullable List<Long> events) {}

    /// The members of a key moment that the entry needs.
    record PeriodMoment(String eventType, Instant timestamp, @Nullable JsonNode metadata) {}

    private final String matchId;
    private final TreeMap<Long, Long> minutes = new TreeMap<>();
    private Optional<MatchPeriod> period = Optional.empty();
    private byte @Nullable [] metrics;
    private byte[] summary = new byte[0];
    private boolean live;
    private long lastActivity;

    MatchListEntry(String matchId) {
        this.matchId = matchId;
    }

    String matchId() {
        return matchId;
    }

    void putMetrics(byte[] newest) {
        metrics = newest;
    }

    void putMinute(MinuteWindow window) {
        minutes.put(window.epochMinute(), window.events());
        while (minutes.size() > SPARKLINE_MINUTES || minutes.firstKey() <= minutes.lastKey() - SPARKLINE_MINUTES) {
            minutes.pollFirstEntry();
        }
    }

    /// Updates the period from a key moment.
    void addMoment(byte[] json) {
        Json.read(json, PeriodMoment.class).filter(moment -> moment.timestamp() != null).ifPresent(moment -> {
            boolean start = "period_start".equals(moment.eventType());
            boolean newest = period.isEmpty() || !moment.timestamp().isBefore(period.get().startedAt());
            if ((start || "period_end".equals(moment.eventType())) && newest) {
                period = Optional.of(new MatchPeriod(periodName(moment.metadata()), moment.timestamp(), start));
            }
        });
    }

    private static String periodName(@Nullable JsonNode metadata) {
        JsonNode value = metadata == null ? null : metadata.get("period");
        String name = value != null && value.isTextual() ? value.textValue() : "";
        return name.length() > MAX_PERIOD_NAME ? name.substring(0, MAX_PERIOD_NAME) : name;
    }

    /// Encodes the entry again.
    ///
    /// @return false if the metrics of the match are not known
    boolean refresh() {
        Optional<MatchMetrics> read = metrics == null ? Optional.empty() : Json.read(metrics, MatchMetrics.class);
        if (read.isEmpty()) {
            metrics = null;
            return false;
        }
        MatchMetrics match = read.get();
        live = match.status().equals(MatchStatus.LIVE.wireName());
        Instant activity = match.lastActivityAt();
        lastActivity = activity == null ? 0 : activity.toEpochMilli();
        summary = Json.toBytes(new LiveListItem(MatchSummary.of(match), period.orElse(null), sparkline()));
        return true;
    }

    /// The JSON as of the last {@link #refresh}; empty before.
    byte[] summary() {
        return summary;
    }

    private Sparkline sparkline() {
        if (minutes.isEmpty()) {
            return new Sparkline(null, null);
        }
        List<Long> events = LongStream.rangeClosed(minutes.firstKey(), minutes.lastKey())
                .mapToObj(minute -> minutes.getOrDefault(minute, 0L)).toList();
        return new Sparkline(Instant.ofEpochSecond(minutes.firstKey() * 60), events);
    }
}
