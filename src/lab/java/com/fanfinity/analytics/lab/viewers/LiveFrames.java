package com.fanfinity.analytics.lab.viewers;

import java.util.Arrays;

/// The recent frames of one match. All viewers of a match receive the same bytes, so a frame that equals a recent one
/// is compared and not parsed again.
final class LiveFrames {
    private static final int KEPT = 4;
    private static final byte[] NOTHING = {};

    private final byte[] matchId;
    private final byte[][] known = new byte[KEPT][];
    private final LiveFrame[] frames = new LiveFrame[KEPT];
    private int oldest;

    LiveFrames(String matchId) {
        this.matchId = Bytes.of(matchId + "\"");
        Arrays.fill(known, NOTHING);
        Arrays.fill(frames, LiveFrame.INCOMPLETE);
    }

    /// The frame at `from`, or [LiveFrame#INCOMPLETE].
    LiveFrame next(byte[] in, int from, int to) {
        for (int i = 0; i < KEPT; i++) {
            int length = known[i].length;
            if (length > 0 && length <= to - from && Arrays.equals(known[i], 0, length, in, from, from + length)) {
                return frames[i];
            }
        }
        LiveFrame frame = LiveFrame.parse(in, from, to, matchId);
        if (frame.isComplete()) {
            known[oldest] = Arrays.copyOfRange(in, from, from + frame.length());
            frames[oldest] = frame;
            oldest = (oldest + 1) % KEPT;
        }
        return frame;
    }
}
