package com.fanfinity.analytics.live;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
import com.fanfinity.analytics.event.MatchMetrics.ActiveSpan;
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

    /// The minutes after the sparkline are kept too: the match will reach them, unless they hold only strays.
    private static final int MOST_MINUTES = 256;

    private static final int MAX_PERIOD_NAME = 16;

    /// More than a match has. The oldest is dropped.
    private static final int MOST_PERIODS = 16;

    /// A period that starts or ends this long after the last minute of the match has a wrong clock. Longer than any
    /// break.
    private static final Duration LONGEST_BREAK = Duration.ofHours(1);

    /// The JSON of the entry.
    record LiveListItem(@JsonUnwrapped MatchSummary summary, @Nullable MatchPeriod period, Sparkline sparkline) {}

    /// The current or latest period.
    ///
    /// @param startedAt when it began, or when it ended if it is not running
    record MatchPeriod(String name, Instant startedAt, boolean running) {}

    /// Events per minute of the half hour up to the minute that the match has reached, without gaps. Both members are
    /// absent before the first minute.
    ///
    /// @param from start of the first minute
    @JsonInclude(Include.NON_NULL)
    record Sparkline(@Nullable Instant from, @Nullable List<Long> events) {}

    /// The members of a key moment that the entry needs.
    record PeriodMoment(String eventType, Instant timestamp, @Nullable JsonNode metadata) {}

    private final String matchId;
    private final TreeMap<Long, Long> minutes = new TreeMap<>();
    private final TreeMap<Instant, MatchPeriod> periods = new TreeMap<>();
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
        if (minutes.size() > MOST_MINUTES) {
            minutes.pollFirstEntry();
        }
    }

    /// Updates the periods from a key moment.
    void addMoment(byte[] json) {
        Json.read(json, PeriodMoment.class).filter(moment -> moment.timestamp() != null).ifPresent(moment -> {
            boolean start = "period_start".equals(moment.eventType());
            if (start || "period_end".equals(moment.eventType())) {
                periods.put(moment.timestamp(),
                        new MatchPeriod(periodName(moment.metadata()), moment.timestamp(), start));
                if (periods.size() > MOST_PERIODS) {
                    periods.pollFirstEntry();
                }
            }
        });
    }

    private @Nullable MatchPeriod period(@Nullable ActiveSpan active) {
        Instant to = active == null ? null : active.to();
        Map.Entry<Instant, MatchPeriod> latest = to == null
                ? periods.lastEntry()
                : periods.floorEntry(to.plus(LONGEST_BREAK));
        return latest == null ? null : latest.getValue();
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
        ActiveSpan active = match.activeMinutes();
        summary = Json.toBytes(new LiveListItem(MatchSummary.of(match), period(active), sparkline(active)));
        return true;
    }

    /// The JSON as of the last {@link #refresh}; empty before.
    byte[] summary() {
        return summary;
    }

    /// @param active null if another version published the metrics; then the last known minute is the end
    private Sparkline sparkline(@Nullable ActiveSpan active) {
        if (minutes.isEmpty()) {
            return new Sparkline(null, null);
        }
        Instant reached = active == null ? null : active.current();
        long end = reached == null ? minutes.lastKey() : reached.getEpochSecond() / 60;
        minutes.headMap(end - SPARKLINE_MINUTES, true).clear();
        if (minutes.isEmpty() || minutes.firstKey() > end) {
            return new Sparkline(null, null);
        }
        List<Long> events = LongStream.rangeClosed(minutes.firstKey(), end)
                .mapToObj(minute -> minutes.getOrDefault(minute, 0L)).toList();
        return new Sparkline(Instant.ofEpochSecond(minutes.firstKey() * 60), events);
    }
}
