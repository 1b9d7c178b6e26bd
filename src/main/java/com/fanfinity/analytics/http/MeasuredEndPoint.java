package com.fanfinity.analytics.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/// A connection that counts the bytes that its socket has taken, below TLS and whatever wrote them.
final class MeasuredEndPoint extends SocketChannelEndPoint {

    private final AtomicLong taken = new AtomicLong();
    private final ReaderPace pace = new ReaderPace();

    MeasuredEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    long taken() {
        return taken.get();
    }

    ReaderPace pace() {
        return pace;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        try {
            return super.flush(buffers);
        } finally {
            taken.addAndGet(before - remaining(buffers));
        }
    }

    private static long remaining(ByteBuffer... buffers) {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }

    /// Closes the connection and drops the bytes that the system has not sent yet.
    void cut(Throwable cause) {
        try {
            getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException _) {
            // the system sends the rest, or gives up
        }
        close(cause);
    }

    /// How fast the client of one connection takes answers. Only the time counts in which a write waits for the client,
    /// and it counts across requests. A client that is not behind is therefore never slow. Not thread-safe.
    static final class ReaderPace {

        private static final long MIN_BYTES_PER_SECOND = 1_024;

        private boolean waiting;
        private long waitingSince;
        private long waited;
        private long takenBefore;

        /// A write has begun to wait for the client.
        ///
        /// @param taken the bytes that the client has taken so far
        void beginWait(long now, long taken) {
            if (waited == 0) {
                takenBefore = taken;
            }
            waiting = true;
            waitingSince = now;
        }

        void endWait(long now) {
            if (waiting) {
                waited += Math.max(1, now - waitingSince);
                waiting = false;
            }
        }

        /// Whether the client took too little in the time for which writes waited. Before that time has reached
        /// `patienceNanos` the answer is no; afterwards a new measurement begins.
        boolean checkTooSlow(long now, long taken, long patienceNanos) {
            long total = waited + (waiting ? now - waitingSince : 0);
            if (total < patienceNanos) {
                return false;
            }
            boolean tooSlow = (double) (taken - takenBefore) / total < MIN_BYTES_PER_SECOND / 1e9;
            waited = 0;
            waitingSince = now;
            takenBefore = taken;
            return tooSlow;
        }
    }
}
