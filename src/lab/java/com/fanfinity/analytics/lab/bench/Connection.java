package com.fanfinity.analytics.lab.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/// A keep-alive connection with at most one request in flight.
public final class Connection {
    private static final byte[] CONTENT_LENGTH = "\r\ncontent-length:".getBytes(ISO_8859_1);
    private static final byte[] CHUNKED = "\r\ntransfer-encoding: chunked".getBytes(ISO_8859_1);
    private static final byte[] CLOSE = "\r\nconnection: close".getBytes(ISO_8859_1);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final byte[] OVERLOADED = "problem:overloaded".getBytes(ISO_8859_1);
    private static final byte[] RETRY_AFTER = "\r\nretry-after:".getBytes(ISO_8859_1);
    private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(ISO_8859_1);
    private static final int INCOMPLETE = -1;

    private final InetSocketAddress address;
    private final Selector selector;
    private SocketChannel channel;
    private byte[] received = new byte[1024];
    private int length;
    private int sequence = -1;
    private long intendedNanos;
    private long sentNanos;
    private boolean retryAfter;
    private boolean overloaded;

    public Connection(InetSocketAddress address, Selector selector) throws IOException {
        this.address = address;
        this.selector = selector;
        this.channel = open();
    }

    private SocketChannel open() throws IOException {
        SocketChannel opened = SocketChannel.open(address);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        opened.configureBlocking(false);
        opened.register(selector, SelectionKey.OP_READ, this);
        return opened;
    }

    public void reopen() throws IOException {
        close();
        length = 0;
        channel = open();
    }

    public void close() throws IOException {
        channel.close();
    }

    public boolean busy() {
        return sequence >= 0;
    }

    int sequence() {
        return sequence;
    }

    long intendedNanos() {
        return intendedNanos;
    }

    /// The time at which the request was written to the socket.
    long sentNanos() {
        return sentNanos;
    }

    /// Whether the last complete answer had a `Retry-After`.
    boolean saidRetryAfter() {
        return retryAfter;
    }

    /// Whether the last complete answer rejected the request for overload before reading it.
    boolean saidOverloaded() {
        return overloaded;
    }

    public void idle() {
        sequence = -1;
    }

    /// @param intended the scheduled time of the request, by `System.nanoTime()`
    public void send(int eventSequence, long intended, ByteBuffer request) throws IOException {
        sequence = eventSequence;
        intendedNanos = intended;
        sentNanos = System.nanoTime();
        channel.write(request);
        if (request.hasRemaining()) {
            throw new IOException("the socket accepted only part of a request");
        }
    }

    /// Reads the available bytes.
    ///
    /// @return the status of the answer if it is complete, else -1
    public int receive(ByteBuffer scratch) throws IOException {
        scratch.clear();
        int read = channel.read(scratch);
        if (read < 0) {
            throw new EOFException();
        }
        if (length + read > received.length) {
            received = Arrays.copyOf(received, Math.max(2 * received.length, length + read));
        }
        scratch.flip().get(received, length, read);
        length += read;
        return completeStatus();
    }

    private int completeStatus() throws IOException {
        int head = indexOf(END_OF_HEAD, 0, length);
        if (head < 0) {
            return INCOMPLETE;
        }
        int field = indexOf(CONTENT_LENGTH, 0, head + 2);
        boolean complete = field >= 0
                ? length >= head + END_OF_HEAD.length + number(field + CONTENT_LENGTH.length)
                : indexOf(CHUNKED, 0, head + 2) < 0 || indexOf(LAST_CHUNK, head + 2, length) >= 0;
        if (!complete) {
            return INCOMPLETE;
        }
        int status = number(9);
        retryAfter = indexOf(RETRY_AFTER, 0, head + 2) >= 0;
        overloaded = status == 503 && indexOf(OVERLOADED, head, length) >= 0;
        boolean closing = indexOf(CLOSE, 0, head + 2) >= 0;
        length = 0;
        if (closing) {
            reopen();
        }
        return status;
    }

    private int number(int from) {
        int at = from;
        while (received[at] == ' ') {
            at++;
        }
        int number = 0;
        while (received[at] >= '0' && received[at] <= '9') {
            number = number * 10 + received[at++] - '0';
        }
        return number;
    }

    /// @param needle in lower case
    private int indexOf(byte[] needle, int from, int to) {
        for (int start = from; start <= to - needle.length; start++) {
            int i = 0;
            while (i < needle.length && lower(received[start + i]) == needle[i]) {
                i++;
            }
            if (i == needle.length) {
                return start;
            }
        }
        return -1;
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
}
