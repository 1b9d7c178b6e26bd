package com.fanfinity.analytics.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import com.fanfinity.analytics.metrics.LiveMeters;
import com.fanfinity.analytics.metrics.LiveMeters.Left;

/// One connection that follows a channel. At most one write is under way; what happens meanwhile is told with the next one, as far as it is
/// still new then.
///
/// Besides its connection a viewer is these few fields: what it is sent is shared with all others.
final class Viewer implements Callback {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Channel channel;
    private final Viewers all;
    private final Response response;
    private final Callback answered;
    private final LiveMeters meters;
    private long step;
    private StreamStatus noticed = StreamStatus.NONE;
    private boolean writing = true; // until it has begun
    private boolean closing;
    private boolean ended;
    private long wroteAt;

    /// @param all told when it ends
    /// @param answered to be completed when the stream ends
    Viewer(Channel channel, Viewers all, Response response, Callback answered, LiveMeters meters) {
        this.channel = channel;
        this.all = all;
        this.response = response;
        this.answered = answered;
        this.meters = meters;
    }

    Channel channel() {
        return channel;
    }

    /// Sends what every stream begins with. To be called once, first of all.
    void begin(byte[] preface, Channel.Update first) {
        StreamStatus notice = all.notice();
        synchronized (this) {
            step = first.step();
            noticed = notice;
        }
        write(SseFrames.join(List.of(preface, first.bytes(), notice.frame())));
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
        Optional<byte[]> news = takeNews();
        if (news.isPresent()) {
            write(news.get());
        } else if (isBehind()) {
            tell(); // something came between the look and the end of writing
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private synchronized Optional<byte[]> takeNews() {
        Optional<Channel.Update> update = channel.after(step);
        update.ifPresent(next -> step = next.step());
        StreamStatus notice = all.notice();
        boolean isNew = notice != noticed;
        noticed = notice;
        writing = update.isPresent() || isNew;
        if (!isNew) {
            return update.map(Channel.Update::bytes);
        }
        return Optional.of(update.isEmpty() ? notice.frame() : SseFrames.join(List.of(update.get().bytes(), notice.frame())));
    }

    private synchronized boolean isBehind() {
        return closing || all.notice() != noticed || channel.after(step).isPresent();
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
        all.ended(this);
        return true;
    }

    /// Of callbacks that do not block.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
