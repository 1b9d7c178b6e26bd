package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.event.Json;

/// The list of all matches that something came for lately. It is told whole at first, and then what changed, once a second at most.
///
/// A list is at most {@value #MOST_LISTED} matches long, live ones first.
final class MatchListChannel implements Channel {

    static final long INTERVAL_MILLIS = 1_000;

    static final int MOST_LISTED = 500;

    /// Steps that are remembered for viewers that lag; who lags more is told the whole list.
    private static final int STEPS = 8;

    private record Step(long number, byte[] frame) {}

    private final Audience audience;

    // The following thread's.
    private final Map<String, MatchListEntry> matches = new HashMap<>();
    private final Set<MatchListEntry> changed = new LinkedHashSet<>();
    private Set<String> shown = Set.of();
    private boolean shrunk;
    private long toldAt = Long.MIN_VALUE / 2;

    // Everybody's.
    private final Deque<Step> steps = new ArrayDeque<>();
    private long step;
    private List<byte[]> summaries = List.of();
    private boolean complete = true;
    private byte @Nullable [] whole;

    MatchListChannel(int audienceParts) {
        audience = new Audience(audienceParts);
    }

    @Override
    public Audience audience() {
        return audience;
    }

    // --- for the thread that follows the topics

    void state(String matchId, byte[] metrics) {
        match(matchId).state(metrics);
    }

    void minute(String matchId, MinuteSeries.Row row) {
        match(matchId).minute(row);
    }

    void moment(String matchId, byte[] json) {
        match(matchId).moment(json);
    }

    private MatchListEntry match(String matchId) {
        MatchListEntry match = matches.computeIfAbsent(matchId, MatchListEntry::new);
        changed.add(match);
        return match;
    }

    /// Takes a match out: nothing came for it for long.
    void remove(String matchId) {
        MatchListEntry match = matches.remove(matchId);
        if (match != null) {
            changed.remove(match);
            shrunk = true;
        }
    }

    /// How long until a step is due, in milliseconds; 0 or less if now.
    ///
    /// @param now of a clock that does not jump, milliseconds
    long dueIn(long now) {
        return changed.isEmpty() && !shrunk ? Long.MAX_VALUE : toldAt + INTERVAL_MILLIS - now;
    }

    /// Takes the next step.
    void step(long now) {
        toldAt = now;
        shrunk = false;
        changed.removeIf(match -> !match.refresh());
        List<MatchListEntry> known = matches.values().stream().filter(match -> match.summary().length > 0).sorted(MatchListEntry.ORDER)
                .toList();
        List<MatchListEntry> first = known.subList(0, Math.min(known.size(), MOST_LISTED));
        boolean isComplete = first.size() == known.size();
        Set<String> showing = new LinkedHashSet<>();
        List<byte[]> all = new ArrayList<>();
        List<byte[]> news = new ArrayList<>();
        for (MatchListEntry match : first) {
            showing.add(match.matchId());
            all.add(match.summary());
            if (changed.contains(match) || !shown.contains(match.matchId())) {
                news.add(match.summary());
            }
        }
        List<byte[]> frames = new ArrayList<>();
        if (!news.isEmpty()) {
            frames.add(SseFrames.event("changed", list(news, isComplete), ""));
        }
        List<String> gone = shown.stream().filter(matchId -> !showing.contains(matchId)).toList();
        if (!gone.isEmpty()) {
            frames.add(SseFrames.event("removed", removed(gone), ""));
        }
        changed.clear();
        shown = showing;
        publish(all, isComplete, frames);
    }

    private synchronized void publish(List<byte[]> all, boolean isComplete, List<byte[]> frames) {
        summaries = all;
        complete = isComplete;
        whole = null;
        step++;
        steps.addLast(new Step(step, SseFrames.join(frames)));
        if (steps.size() > STEPS) {
            steps.removeFirst();
        }
    }

    // --- what viewers are told

    @Override
    public synchronized Update first(Optional<String> lastEventId) {
        return new Update(step, whole());
    }

    @Override
    public synchronized Optional<Update> after(long seen) {
        if (seen == step) {
            return Optional.empty();
        }
        if (steps.isEmpty() || seen < steps.getFirst().number - 1) {
            return Optional.of(new Update(step, whole()));
        }
        if (seen == step - 1) {
            return Optional.of(new Update(step, steps.getLast().frame));
        }
        return Optional.of(new Update(step, SseFrames.join(steps.stream().filter(one -> one.number > seen).map(Step::frame).toList())));
    }

    private byte[] whole() {
        byte[] known = whole;
        if (known == null) {
            known = SseFrames.event("matches", list(summaries, complete), "");
            whole = known;
        }
        return known;
    }

    private static byte[] list(Collection<byte[]> summaries, boolean complete) {
        return Json.object(json -> {
            json.writeArrayFieldStart("matches");
            for (byte[] summary : summaries) {
                json.writeRawValue(new String(summary, UTF_8));
            }
            json.writeEndArray();
            json.writeBooleanField("complete", complete);
        });
    }

    private static byte[] removed(Collection<String> matchIds) {
        return Json.object(json -> {
            json.writeArrayFieldStart("matchIds");
            for (String matchId : matchIds) {
                json.writeString(matchId);
            }
            json.writeEndArray();
        });
    }
}
