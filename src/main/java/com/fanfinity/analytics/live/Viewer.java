package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.eclipse.jetty.util.Callback;

import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.LiveMeters.StreamEnd;

/// One connection that is subscribed to a channel. At most one update waits for it, in parts of which one is written at
/// a time; after it the viewer gets the newest update that there is by then.
///
/// The bytes sent are shared by all viewers, so a viewer's memory is its connection, these fields and a short list.
final class Viewer implements Callback {

    private final Channel channel;
    private final ViewerRegistry registry;
    private final ViewerConnection connection;
    private final LiveMeters meters;
    private final Outgoing outgoing;
    private long sequence;
    private StreamStatus sentStatus = StreamStatus.NONE;
    private boolean writing = true; // until start()
    private boolean closing;
    private boolean ended;
    private StreamEnd endOnFailure = StreamEnd.GONE;

    Viewer(Channel channel, ViewerRegistry registry, ViewerConnection connection, LiveMeters meters) {
        this.channel = channel;
        this.registry = registry;
        this.connection = connection;
        this.meters = meters;
        outgoing = new Outgoing(registry.pending());
    }

    Channel channel() {
        return channel;
    }

    ViewerConnection connection() {
        return connection;
    }

    /// Sends the first bytes of the stream. Must be called once, before any other method.
    void start(Frame preface, Channel.Update first) {
        synchronized (this) {
            sequence = first.sequence();
            sentStatus = registry.status(); // before the first status is computed, so that no later change is missed
        }
        List<Frame> frames = new ArrayList<>();
        frames.add(preface);
        frames.addAll(first.frames());
        frames.add(registry.firstStatus().frame());
        frames.removeIf(frame -> frame.length() == 0);
        send(frames);
    }

    /// Sends the newest update. If a write is in progress, the update follows it.
    void sendUpdate() {
        if (startWriting()) {
            writeNext();
        }
    }

    /// Sends a frame if the last write was this long ago.
    ///
    /// @param now of the monotonic clock, nanoseconds
    void keepAlive(Frame frame, long now, long idleNanos) {
        synchronized (this) {
            if (writing || ended || now - outgoing.since() < idleNanos) {
                return;
            }
            writing = true;
        }
        send(List.of(frame));
    }

    /// Ends the stream after the write in progress.
    void close() {
        synchronized (this) {
            closing = true;
        }
        sendUpdate();
    }

    /// Ends the stream at once, because its key is no longer valid. A write in progress can take many minutes if the
    /// client reads slowly, so the connection is then cut.
    void revoke() {
        if (waitingSince().isPresent()) {
            cut(StreamEnd.CLOSED);
        } else {
            close();
        }
    }

    /// Closes the connection without waiting for the write in progress.
    void cut(StreamEnd reason) {
        synchronized (this) {
            endOnFailure = reason;
        }
        connection.abort();
    }

    /// When the update in progress began; empty if none is in progress.
    synchronized OptionalLong waitingSince() {
        return outgoing.isEmpty() ? OptionalLong.empty() : OptionalLong.of(outgoing.since());
    }

    /// Whether something waits and the client takes less than it must. Must be called often.
    synchronized boolean isTooSlow(long now) {
        return outgoing.isTooSlow(now);
    }

    private synchronized boolean startWriting() {
        if (writing || ended) {
            return false;
        }
        writing = true;
        return true;
    }

    private void writeNext() {
        if (isClosing()) {
            finish();
            return;
        }
        List<Frame> frames = pollFrames();
        if (!frames.isEmpty()) {
            send(frames);
        } else if (isBehind()) {
            sendUpdate(); // an update arrived after the poll, while sendUpdate() still saw a write in progress
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    /// @return the frames to send next; if there are none, no write is in progress any more
    private synchronized List<Frame> pollFrames() {
        List<Frame> frames = new ArrayList<>();
        Optional<Channel.Update> update = channel.updateSince(sequence);
        update.ifPresent(next -> {
            sequence = next.sequence();
            frames.addAll(next.frames());
        });
        StreamStatus status = registry.status();
        if (status != sentStatus) {
            sentStatus = status;
            frames.add(status.frame());
        }
        frames.removeIf(frame -> frame.length() == 0);
        writing = !frames.isEmpty();
        return frames;
    }

    private synchronized boolean isBehind() {
        return closing || registry.status() != sentStatus || channel.updateSince(sequence).isPresent();
    }

    private void send(List<Frame> frames) {
        synchronized (this) {
            outgoing.begin(frames, System.nanoTime());
        }
        writePart();
    }

    private void writePart() {
        ByteBuffer part;
        synchronized (this) {
            part = outgoing.nextPart();
        }
        meters.sent(part.remaining());
        connection.write(part, this);
    }

    /// @return whether the update has more parts
    private synchronized boolean advance() {
        outgoing.advance();
        return !outgoing.isEmpty();
    }

    private void finish() {
        if (end(StreamEnd.CLOSED)) {
            connection.end();
        }
    }

    @Override
    public void succeeded() {
        if (advance()) {
            writePart();
        } else {
            writeNext();
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (end(endOnFailure())) {
            connection.fail(failure);
        }
    }

    private synchronized StreamEnd endOnFailure() {
        return endOnFailure;
    }

    /// @return false if the stream had ended before
    private boolean end(StreamEnd reason) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            outgoing.clear();
        }
        meters.ended(reason);
        registry.unregister(this);
        return true;
    }

    /// The callbacks do not block.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
