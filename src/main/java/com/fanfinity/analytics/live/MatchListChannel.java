package com.fanfinity.analytics.live;

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
import com.fanfinity.analytics.event.RawJson;

/// The list of all recent matches, live ones first, at most {@value #MAX_LISTED} and as many as fit into one event. A
/// viewer first gets the whole list and then the changes, at most once per second.
final class MatchListChannel implements Channel {

    static final long INTERVAL_MILLIS = 1_000;

    static final int MAX_LISTED = 500;

    /// Of all entries, so that the list, or a change of all entries with the removal of as many, is at most
    /// {@link Frame#MAX_PENDING_BYTES}. With usual names an entry has less than 1 KiB.
    static final int MAX_LISTED_BYTES = Frame.MAX_PENDING_BYTES - (128 << 10);

    /// Updates kept for viewers that lag. A viewer that lags more, or would get more bytes than the whole list may
    /// have, gets the whole list.
    private static final int MAX_UPDATES = 8;

    /// The JSON of the events `matches` and `changed`.
    ///
    /// @param complete false if there are more matches than the list shows
    record ListedMatches(List<RawJson> matches, boolean complete) {}

    /// The JSON of the event `removed`.
    record RemovedMatches(List<String> matchIds) {}

    private record ListUpdate(long sequence, Frame frame) {}

    private final ChannelViewers viewers;

    // Confined to the topic reader's thread.
    private final Map<String, MatchListEntry> matches = new HashMap<>();
    private final Set<MatchListEntry> changed = new LinkedHashSet<>();
    private Set<String> listed = Set.of();
    private boolean removed;
    private long publishedAt = Long.MIN_VALUE / 2;

    // Guarded by the lock.
    private final Deque<ListUpdate> updates = new ArrayDeque<>();
    private long updateBytes;
    private long sequence;
    private List<byte[]> summaries = List.of();
    private boolean complete = true;
    private @Nullable Frame wholeList;

    MatchListChannel(int shards) {
        viewers = new ChannelViewers(shards);
    }

    @Override
    public ChannelViewers viewers() {
        return viewers;
    }

    // --- for the topic reader's thread

    void putMetrics(String matchId, byte[] metrics) {
        entryToChange(matchId).putMetrics(metrics);
    }

    void putMinute(String matchId, MinuteWindow window) {
        entryToChange(matchId).putMinute(window);
    }

    void addMoment(String matchId, byte[] json) {
        entryToChange(matchId).addMoment(json);
    }

    private MatchListEntry entryToChange(String matchId) {
        MatchListEntry entry = matches.computeIfAbsent(matchId, MatchListEntry::new);
        changed.add(entry);
        return entry;
    }

    void remove(String matchId) {
        MatchListEntry entry = matches.remove(matchId);
        if (entry != null) {
            changed.remove(entry);
            removed = true;
        }
    }

    /// Milliseconds until an update is due; 0 or less if one is due now.
    ///
    /// @param now of a monotonic clock, milliseconds
    long millisUntilDue(long now) {
        return changed.isEmpty() && !removed ? Long.MAX_VALUE : publishedAt + INTERVAL_MILLIS - now;
    }

    /// Makes the next update from the changed entries.
    ///
    /// @param now of a monotonic clock, milliseconds
    void publish(long now) {
        publishedAt = now;
        removed = false;
        changed.removeIf(entry -> !entry.refresh());
        List<MatchListEntry> known = matches.values().stream().filter(entry -> entry.summary().length > 0)
                .sorted(MatchListEntry.ORDER)
                .toList();
        List<MatchListEntry> first = fitting(known);
        boolean isComplete = first.size() == known.size();
        setUpdate(first.stream().map(MatchListEntry::summary).toList(), isComplete, changeFrames(first, isComplete));
        changed.clear();
        listed = ids(first);
    }

    /// The first entries of the list, up to its bounds.
    private static List<MatchListEntry> fitting(List<MatchListEntry> entries) {
        int count = 0;
        long bytes = 0;
        while (count < Math.min(entries.size(), MAX_LISTED)) {
            bytes += entries.get(count).summary().length + 1;
            if (bytes > MAX_LISTED_BYTES) {
                break;
            }
            count++;
        }
        return entries.subList(0, count);
    }

    private List<byte[]> changeFrames(List<MatchListEntry> entries, boolean isComplete) {
        List<byte[]> frames = new ArrayList<>();
        List<byte[]> news = entries.stream()
                .filter(entry -> changed.contains(entry) || !listed.contains(entry.matchId()))
                .map(MatchListEntry::summary).toList();
        if (!news.isEmpty()) {
            frames.add(SseFrames.event("changed", matchesJson(news, isComplete), ""));
        }
        Set<String> remaining = ids(entries);
        List<String> gone = listed.stream().filter(matchId -> !remaining.contains(matchId)).toList();
        if (!gone.isEmpty()) {
            frames.add(SseFrames.event("removed", Json.toBytes(new RemovedMatches(gone)), ""));
        }
        return frames;
    }

    private static Set<String> ids(List<MatchListEntry> entries) {
        Set<String> ids = new LinkedHashSet<>();
        entries.forEach(entry -> ids.add(entry.matchId()));
        return ids;
    }

    private synchronized void setUpdate(List<byte[]> newSummaries, boolean isComplete, List<byte[]> frames) {
        summaries = newSummaries;
        complete = isComplete;
        wholeList = null;
        sequence++;
        Frame update = Frame.of(SseFrames.join(frames));
        updates.addLast(new ListUpdate(sequence, update));
        updateBytes += update.length();
        while (updates.size() > MAX_UPDATES || updateBytes > Frame.MAX_PENDING_BYTES) {
            updateBytes -= updates.removeFirst().frame.length();
        }
    }

    // --- for viewers

    @Override
    public synchronized Update initialUpdate(Optional<String> lastEventId) {
        return new Update(sequence, List.of(wholeList()));
    }

    @Override
    public synchronized Optional<Update> updateSince(long known) {
        if (known == sequence) {
            return Optional.empty();
        }
        if (updates.isEmpty() || known < updates.getFirst().sequence - 1) {
            return Optional.of(new Update(sequence, List.of(wholeList())));
        }
        return Optional.of(new Update(sequence, updates.stream().filter(update -> update.sequence > known)
                .map(ListUpdate::frame).toList()));
    }

    private Frame wholeList() {
        Frame frame = wholeList;
        if (frame == null) {
            frame = Frame.of(SseFrames.event("matches", matchesJson(summaries, complete), ""));
            wholeList = frame;
        }
        return frame;
    }

    private static byte[] matchesJson(Collection<byte[]> summaries, boolean complete) {
        return Json.toBytes(new ListedMatches(summaries.stream().map(RawJson::of).toList(), complete));
    }
}
