package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import com.fanfinity.analytics.ops.LiveMeters;
import com.fanfinity.analytics.ops.LiveMeters.Left;

/// One connection that follows a channel. At most one write is under way; what happens meanwhile is told with the next one, as far as it is
/// still new then.
///
/// Besides its connection a viewer is these few fields: what it is sent is shared with all others.
final class Viewer implements Callback {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Channel channel;
    private final Response response;
    private final Callback answered;
    private final LiveMeters meters;
    private final Consumer<Viewer> onEnd;
    private long step;
    private boolean writing = true; // until it has begun
    private boolean closing;
    private boolean ended;
    private long wroteAt;

    /// @param answered to be completed when the stream ends
    /// @param onEnd told once
    Viewer(Channel channel, Response response, Callback answered, LiveMeters meters, Consumer<Viewer> onEnd) {
        this.channel = channel;
        this.response = response;
        this.answered = answered;
        this.meters = meters;
        this.onEnd = onEnd;
    }

    Channel channel() {
        return channel;
    }

    /// Sends what every stream begins with. To be called once, first of all.
    void begin(Channel.Update first, byte[] preface) {
        synchronized (this) {
            step = first.step();
        }
        write(Frames.join(List.of(preface, first.bytes())));
    }

    /// Sends what is new, unless a write is under way: then it is sent after that.
    void tell() {
        if (startWriting()) {
            writeNext();
        }
    }

    /// Sends a frame if nothing was sent for so long.
    ///
    /// @param now of the clock that does not jump, nanoseconds
    void keepAlive(byte[] frame, long now, long quietNanos) {
        synchronized (this) {
            if (writing || ended || now - wroteAt < quietNanos) {
                return;
            }
            writing = true;
        }
        write(frame);
    }

    /// Ends the stream as soon as nothing is being written.
    void close() {
        synchronized (this) {
            closing = true;
        }
        tell();
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
        Optional<Channel.Update> update = takeNext();
        if (update.isPresent()) {
            write(update.get().bytes());
        } else if (isBehind()) {
            tell(); // something came between the look and the end of writing
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private synchronized Optional<Channel.Update> takeNext() {
        Optional<Channel.Update> update = channel.after(step);
        update.ifPresent(next -> step = next.step());
        writing = update.isPresent();
        return update;
    }

    private synchronized boolean isBehind() {
        return closing || channel.after(step).isPresent();
    }

    private void write(byte[] bytes) {
        synchronized (this) {
            wroteAt = System.nanoTime();
        }
        meters.sent(bytes.length);
        response.write(false, ByteBuffer.wrap(bytes), this);
    }

    private void finish() {
        if (end(Left.CLOSED)) {
            response.write(true, NOTHING.duplicate(), answered);
        }
    }

    @Override
    public void succeeded() {
        writeNext();
    }

    @Override
    public void failed(Throwable failure) {
        if (end(isTimeout(failure) ? Left.SLOW : Left.GONE)) {
            answered.failed(failure);
        }
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    }

    /// Whether it had not ended before.
    private boolean end(Left reason) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
        }
        meters.left(reason);
        onEnd.accept(this);
        return true;
    }

    /// Of callbacks that do not block.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
