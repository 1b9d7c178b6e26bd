package com.fanfinity.analytics.lab.viewers;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// One viewer: its connection, its unfinished frame, and its newest state.
final class SimulatedViewer {
    /// A longer frame is an error.
    private static final int LONGEST_FRAME = 1 << 22;
    private static final byte[] NOTHING = {};

    /// The phase of the connection.
    enum ConnectionPhase {
        WAITING,
        CONNECTING,
        HEAD,
        STREAM,
        GAVE_UP
    }

    final int match;
    ConnectionPhase state = ConnectionPhase.WAITING;
    int attempts;
    /// The time of the next attempt, by `System.nanoTime()`.
    long dueNanos;
    /// The number of probes in the newest state; -1 before the first state.
    int probes = -1;
    long version = -1;
    /// The number of the newest goal, and the number of missed goals before it.
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
        state = ConnectionPhase.CONNECTING;
        attempts++;
    }

    void streams(boolean chunked) {
        state = ConnectionPhase.STREAM;
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

    /// Whether the server has announced the end of the stream.
    boolean ended() {
        return chunks != null && chunks.ended();
    }

    /// Copies the unfinished bytes to the start of `into`.
    ///
    /// @return their number
    int restore(byte[] into) {
        System.arraycopy(pending, 0, into, 0, pendingLength);
        return pendingLength;
    }

    int pendingLength() {
        return pendingLength;
    }

    /// Keeps unfinished bytes.
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

    /// Decodes the transfer coding, if there is one.
    ///
    /// @return the end of the decoded bytes in `out`
    int decode(byte[] in, int from, int to, byte[] out, int at) throws IOException {
        if (chunks != null) {
            return chunks.decode(in, from, to, out, at);
        }
        System.arraycopy(in, from, out, at, to - from);
        return at + to - from;
    }
}
