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

    /// Of the minutes that wait, and of those that were sent. Beyond it, clients read the minutes again.
    private static final long MAX_BYTES = Frame.MAX_PENDING_BYTES / 2;

    /// The JSON of the event `minutes`.
    record ChangedMinutes(List<RawJson> windows) {}

    private record SentMinutes(long sequence, Frame frame) {}

    /// JSON of the minutes by their start.
    private final Map<String, byte[]> pending = new LinkedHashMap<>();
    private long pendingBytes;
    private boolean reloadPending;
    private final Deque<SentMinutes> sent = new ArrayDeque<>();
    private long sentBytes;
    private long droppedSequence = -1;

    /// @param start of the minute, as in the JSON
    void put(String start, byte[] json) {
        byte[] replaced = pending.put(start, json);
        pendingBytes += json.length - (replaced == null ? 0 : replaced.length);
        if (pending.size() > MAX_PENDING || pendingBytes > MAX_BYTES) {
            clearPending();
            reloadPending = true;
        }
    }

    private void clearPending() {
        pending.clear();
        pendingBytes = 0;
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
    void drainTo(List<Frame> frames, long sequence) {
        if (reloadPending) {
            reloadPending = false;
            droppedSequence = sequence;
            frames.add(Frame.RELOAD);
        } else if (!pending.isEmpty()) {
            Frame frame = Frame.of(SseFrames.event("minutes",
                    Json.toBytes(new ChangedMinutes(pending.values().stream().map(RawJson::of).toList())), ""));
            frames.add(frame);
            addSent(new SentMinutes(sequence, frame));
        }
        clearPending();
    }

    private void addSent(SentMinutes minutes) {
        sent.addLast(minutes);
        sentBytes += minutes.frame.length();
        while (sent.size() > MAX_UPDATES || sentBytes > Frame.MAX_PENDING_BYTES) {
            SentMinutes dropped = sent.removeFirst();
            sentBytes -= dropped.frame.length();
            droppedSequence = Math.max(droppedSequence, dropped.sequence);
        }
    }

    /// The newest update of which the minutes were dropped; -1 for none.
    long droppedSequence() {
        return droppedSequence;
    }

    void addSentAfter(long sequence, List<Frame> frames) {
        sent.stream().filter(minutes -> minutes.sequence > sequence).forEach(minutes -> frames.add(minutes.frame));
    }
}
