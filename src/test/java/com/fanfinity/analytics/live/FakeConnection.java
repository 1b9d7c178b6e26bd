package com.fanfinity.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.eclipse.jetty.util.Callback;

/// The connection of a client that reads only as much as the test lets it.
final class FakeConnection implements ViewerConnection {

    private record Write(ByteBuffer bytes, Callback callback) {}

    private final Object address;
    private final StringBuilder read = new StringBuilder();
    private final List<ByteBuffer> written = new ArrayList<>();
    private Optional<Write> pending = Optional.empty();
    private boolean ended;
    private boolean aborted;

    FakeConnection(Object address) {
        this.address = address;
    }

    @Override
    public Object address() {
        return address;
    }

    @Override
    public void write(ByteBuffer bytes, Callback callback) {
        if (pending.isPresent()) {
            throw new IllegalStateException("two writes at once");
        }
        written.add(bytes);
        pending = Optional.of(new Write(bytes, callback));
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void fail(Throwable failure) {
        ended = true;
    }

    @Override
    public void abort() {
        aborted = true;
        Optional<Write> failed = pending;
        pending = Optional.empty();
        failed.ifPresent(write -> write.callback.failed(new IllegalStateException("aborted")));
    }

    /// Reads up to this many bytes.
    void read(int bytes) {
        int left = bytes;
        while (left > 0 && pending.isPresent()) {
            Write write = pending.get();
            byte[] some = new byte[Math.min(left, write.bytes.remaining())];
            write.bytes.get(some);
            read.append(new String(some, UTF_8));
            left -= some.length;
            if (!write.bytes.hasRemaining()) {
                pending = Optional.empty();
                write.callback.succeeded();
            }
        }
    }

    String readAll() {
        read(Integer.MAX_VALUE);
        return read.toString();
    }

    /// The buffers of all writes so far.
    List<ByteBuffer> written() {
        return written;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isAborted() {
        return aborted;
    }
}
