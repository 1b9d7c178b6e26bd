package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.LiveMeters.StreamEnd;

/// One connection that is subscribed to a channel. At most one write is in progress; the next write sends the newest
/// update that there is by then.
///
/// The bytes sent are shared by all viewers, so a viewer's memory is its connection and these fields.
final class Viewer implements Callback {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Channel channel;
    private final ViewerRegistry registry;
    private final Response response;
    private final Callback completion;
    private final LiveMeters meters;
    private long sequence;
    private StreamStatus sentStatus = StreamStatus.NONE;
    private boolean writing = true; // until start()
    private boolean closing;
    private boolean ended;
    private long writtenAt;

    /// @param completion completed when the stream ends
    Viewer(Channel channel, ViewerRegistry registry, Response response, Callback completion, LiveMeters meters) {
        this.channel = channel;
        this.registry = registry;
        this.response = response;
        this.completion = completion;
        this.meters = meters;
    }

    Channel channel() {
        return channel;
    }

    /// Sends the first bytes of the stream. Must be called once, before any other method.
    void start(byte[] preface, Channel.Update first) {
        synchronized (this) {
            sequence = first.sequence();
            sentStatus = registry.status(); // before the first status is computed, so that no later change is missed
        }
        write(SseFrames.join(List.of(preface, first.frames(), registry.firstStatus().frame())));
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
    void keepAlive(byte[] frame, long now, long idleNanos) {
        synchronized (this) {
            if (writing || ended || now - writtenAt < idleNanos) {
                return;
            }
            writing = true;
        }
        write(frame);
    }

    /// Ends the stream after the write in progress.
    void close() {
        synchronized (this) {
            closing = true;
        }
        sendUpdate();
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
        Optional<byte[]> frames = pollFrames();
        if (frames.isPresent()) {
            write(frames.get());
        } else if (isBehind()) {
            sendUpdate(); // an update arrived after the poll, while sendUpdate() still saw a write in progress
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private synchronized Optional<byte[]> pollFrames() {
        Optional<Channel.Update> update = channel.updateSince(sequence);
        update.ifPresent(next -> sequence = next.sequence());
        StreamStatus status = registry.status();
        boolean isNewStatus = status != sentStatus;
        sentStatus = status;
        writing = update.isPresent() || isNewStatus;
        if (!isNewStatus) {
            return update.map(Channel.Update::frames);
        }
        return Optional
                .of(update.isEmpty() ? status.frame() : SseFrames.join(List.of(update.get().frames(), status.frame())));
    }

    private synchronized boolean isBehind() {
        return closing || registry.status() != sentStatus || channel.updateSince(sequence).isPresent();
    }

    private void write(byte[] bytes) {
        synchronized (this) {
            writtenAt = System.nanoTime();
        }
        meters.sent(bytes.length);
        response.write(false, ByteBuffer.wrap(bytes), this);
    }

    private void finish() {
        if (end(StreamEnd.CLOSED)) {
            response.write(true, EMPTY.duplicate(), completion);
        }
    }

    @Override
    public void succeeded() {
        writeNext();
    }

    @Override
    public void failed(Throwable failure) {
        if (end(isTimeout(failure) ? StreamEnd.SLOW : StreamEnd.GONE)) {
            completion.failed(failure);
        }
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    }

    /// @return false if the stream had ended before
    private boolean end(StreamEnd reason) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
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
