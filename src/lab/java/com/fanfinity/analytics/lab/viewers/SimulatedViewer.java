package com.fanfinity.analytics.lab.viewers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// One viewer: its connection, what of a frame has come so far, and the newest that it has seen.
final class SimulatedViewer {
    /// Beyond it this is no stream of ours.
    private static final int LONGEST_FRAME = 1 << 22;
    private static final byte[] NOTHING = {};

    /// Where it stands.
    enum State {
        WAITING,
        CONNECTING,
        HEAD,
        STREAM,
        GAVE_UP
    }

    final int match;
    State state = State.WAITING;
    int attempts;
    /// When to try again, in the terms of `System.nanoTime()`.
    long dueNanos;
    /// Probes that the newest state counts; -1 until there was one.
    int probes = -1;
    long version = -1;
    /// The number of the newest goal, and how many before it did not come.
    int goals;
    int missedGoals;
    int reloads;

    private @Nullable SocketChannel channel;
    private @Nullable ChunkDecoder chunks;
    private byte[] pending = NOTHING;
    private int pendingLength;

    SimulatedViewer(int match) {
        this.match = match;
    }

    SocketChannel channel() {
        return requireNonNull(channel, "not connected");
    }

    void connectingOver(SocketChannel opened) {
        channel = opened;
        state = State.CONNECTING;
        attempts++;
    }

    void streams(boolean chunked) {
        state = State.STREAM;
        chunks = chunked ? new ChunkDecoder() : null;
    }

    void disconnect() throws IOException {
        if (channel != null) {
            channel.close();
        }
        channel = null;
        chunks = null;
        pending = NOTHING;
        pendingLength = 0;
    }

    /// Whether the server has said that the stream is over.
    boolean ended() {
        return chunks != null && chunks.ended();
    }

    /// What was kept, at the beginning of `into`.
    ///
    /// @return its length
    int restore(byte[] into) {
        System.arraycopy(pending, 0, into, 0, pendingLength);
        return pendingLength;
    }

    int pendingLength() {
        return pendingLength;
    }

    /// Keeps what is not complete.
    void keep(byte[] from, int start, int end) throws IOException {
        pendingLength = end - start;
        if (pendingLength > LONGEST_FRAME) {
            throw new IOException("a frame is too long");
        }
        if (pendingLength == 0) {
            pending = NOTHING;
        } else if (pending.length < pendingLength) {
            pending = Arrays.copyOfRange(from, start, end);
        } else {
            System.arraycopy(from, start, pending, 0, pendingLength);
        }
    }

    /// Takes the transfer coding off, if there is one.
    ///
    /// @return the end in `out`
    int decode(byte[] in, int from, int to, byte[] out, int at) throws IOException {
        if (chunks != null) {
            return chunks.decode(in, from, to, out, at);
        }
        System.arraycopy(in, from, out, at, to - from);
        return at + to - from;
    }
}
