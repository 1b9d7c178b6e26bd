package com.fanfinity.analytics.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.javalin.http.Context;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Ends the reading of a body that arrives too slowly, even if the client sends nothing, or sends bytes that belong to
/// no body. The reading thread is then free.
///
/// It sets a timer only when a read has to wait, so a body that arrives with its headers costs nothing.
final class BodyTimer implements AutoCloseable {

    /// The pace that a body must keep.
    ///
    /// @param period the first period has no minimum
    /// @param minBytes the least bytes in each further period
    /// @param periods after these the body must be complete
    record Pace(Duration period, long minBytes, int periods) {
        /// At least 1 KiB/s after 5 s, and complete within 20 s.
        static final Pace NORMAL = new Pace(Duration.ofSeconds(5), 5 * 1_024, 4);
    }

    private final ServletContextRequest request;
    private final Pace pace;
    private final long length;
    private long received;
    private long receivedBefore;
    private int periodsPassed;
    private boolean ended;
    private boolean closed;
    private Scheduler.@Nullable Task timer;

    BodyTimer(Context ctx, Pace pace) {
        this.request = ServletContextRequest.getServletContextRequest(ctx.req());
        this.pace = pace;
        this.length = ctx.req().getContentLengthLong();
    }

    /// Reads as {@link InputStream#read(byte[])} does.
    ///
    /// @throws IOException as the other method
    int read(InputStream in, byte[] block) throws IOException {
        return read(in, block, 0);
    }

    /// Reads as {@link InputStream#read(byte[], int, int)} does, up to the end of the block.
    ///
    /// @throws IOException with a TimeoutException as its cause if the body arrives too slowly
    int read(InputStream in, byte[] block, int from) throws IOException {
        if (timer == null && received != length && in.available() == 0) {
            startTimer();
        }
        int read = in.read(block, from, block.length - from);
        synchronized (this) {
            if (ended) {
                throw new IOException(new TimeoutException("the body arrives too slowly"));
            }
            received += Math.max(0, read);
        }
        return read;
    }

    private synchronized void startTimer() {
        timer = request.getComponents().getScheduler().schedule(this::check, pace.period().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private synchronized void check() {
        if (closed) {
            return;
        }
        periodsPassed++;
        boolean tooSlow = periodsPassed > 1 && received - receivedBefore < pace.minBytes();
        receivedBefore = received;
        if (tooSlow || periodsPassed == pace.periods()) {
            ended = true;
            request.getConnectionMetaData().getConnection()
                    .onIdleExpired(new TimeoutException("the body arrives too slowly"));
        } else {
            startTimer();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
