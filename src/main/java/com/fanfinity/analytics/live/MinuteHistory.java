package com.fanfinity.analytics.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fanfinity.analytics.event.Json;
import com.fanfinity.analytics.event.RawJson;

/// The minutes of a match that changed: those that wait for the next update, and those of the latest updates, for
/// viewers that lag. The channel's lock guards it.
final class MinuteHistory {

    private static final int MAX_UPDATES = 16;
    private static final int MAX_PENDING = 256;

    /// The JSON of the event `minutes`.
    record ChangedMinutes(List<RawJson> windows) {}

    private record SentMinutes(long sequence, byte[] frame) {}

    /// JSON of the minutes by their start.
    private final Map<String, byte[]> pending = new LinkedHashMap<>();
    private boolean reloadPending;
    private final Deque<SentMinutes> sent = new ArrayDeque<>();
    private long droppedSequence = -1;

    /// @param start of the minute, as in the JSON
    void put(String start, byte[] json) {
        if (pending.size() == MAX_PENDING && !pending.containsKey(start)) {
            pending.clear();
            reloadPending = true;
        }
        pending.put(start, json);
    }

    /// Makes the next update a `reload`: clients must read the minutes and the moments again.
    void requestReload() {
        reloadPending = true;
    }

    boolean hasPending() {
        return reloadPending || !pending.isEmpty();
    }

    boolean hasPendingMinutes() {
        return !pending.isEmpty();
    }

    /// Moves the waiting minutes into an update.
    void drainTo(List<byte[]> frames, long sequence) {
        if (reloadPending) {
            reloadPending = false;
            droppedSequence = sequence;
            frames.add(SseFrames.RELOAD);
        } else if (!pending.isEmpty()) {
            byte[] frame = SseFrames.event("minutes",
                    Json.toBytes(new ChangedMinutes(pending.values().stream().map(RawJson::of).toList())), "");
            frames.add(frame);
            sent.addLast(new SentMinutes(sequence, frame));
            if (sent.size() > MAX_UPDATES) {
                droppedSequence = Math.max(droppedSequence, sent.removeFirst().sequence);
            }
        }
        pending.clear();
    }

    /// The newest update of which the minutes were dropped; -1 for none.
    long droppedSequence() {
        return droppedSequence;
    }

    void addSentAfter(long sequence, List<byte[]> frames) {
        sent.stream().filter(minutes -> minutes.sequence > sequence).forEach(minutes -> frames.add(minutes.frame));
    }
}
