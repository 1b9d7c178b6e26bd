package com.fanfinity.analytics.lab.viewers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import com.fanfinity.analytics.lab.hostile.RawHttp;

/// Viewers with plain or encrypted connections, each with a virtual thread if they read.
final class HeldViewers implements AutoCloseable {

    private static final int ADDRESSES = 40;
    private static final int SMALL_BUFFER = 4_096;

    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicLong received = new AtomicLong();

    private HeldViewers() {}

    /// Connects them one after the other.
    static HeldViewers open(InetSocketAddress service, String path, Optional<SSLContext> tls, int count, boolean reads)
            throws IOException {
        HeldViewers held = new HeldViewers();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            held.sockets.add(socket);
            if (!reads) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.67." + (1 + i % ADDRESSES)), 0));
            socket.connect(service);
            Socket stream = tls.isEmpty() ? socket : encrypted(tls.get(), socket);
            stream.getOutputStream().write(RawHttp.get(path));
            if (reads) {
                Thread.ofVirtual().start(() -> held.read(stream));
            }
        }
        return held;
    }

    private static Socket encrypted(SSLContext tls, Socket socket) throws IOException {
        SSLSocket stream = (SSLSocket) tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        stream.startHandshake();
        return stream;
    }

    private void read(Socket stream) {
        byte[] buffer = new byte[4_096];
        try {
            InputStream in = stream.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received.addAndGet(count);
            }
        } catch (IOException _) {
            // closed at the end of the measurement
        }
    }

    long received() {
        return received.get();
    }

    /// Resets the connections, because a goodbye of TLS would wait for a viewer that does not read.
    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
