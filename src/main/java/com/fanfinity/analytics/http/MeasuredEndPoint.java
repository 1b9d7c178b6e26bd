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
}
