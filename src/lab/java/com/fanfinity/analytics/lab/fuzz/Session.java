package com.fanfinity.analytics.lab.fuzz;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.lab.fuzz.FuzzInput.Form;
import com.fanfinity.analytics.lab.hostile.RawHttp;

/// One client. It keeps its connection as long as the service does, and changes its address now and then, so that no
/// limit of an address ends the run.
final class Session implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration BROKEN_LIMIT = Duration.ofSeconds(3);
    private static final int REQUESTS_AN_ADDRESS = 100;
    private static final int ADDRESSES = 200;

    private final InetSocketAddress service;
    private final int number;
    private @Nullable RawHttp connection;
    private int requests;

    Session(InetSocketAddress service, int number) {
        this.service = service;
        this.number = number;
    }

    /// @return the answer; empty for a broken request without one
    /// @throws IOException if a request has no complete answer
    Optional<RawHttp.Reply> exchange(FuzzInput.Http input) throws IOException {
        if (input.form() == Form.BROKEN) {
            return broken(input);
        }
        if (input.form() == Form.STREAM) {
            try (RawHttp own = open(LIMIT)) {
                own.send(input.bytes());
                return Optional.of(own.receiveHead());
            }
        }
        if (requests++ % REQUESTS_AN_ADDRESS == 0) {
            close();
        }
        boolean reused = connection != null;
        try {
            return Optional.of(exchange(connection(), input));
        } catch (IOException e) {
            close();
            if (!reused) {
                throw e;
            }
        }
        // The service may have closed the connection at the same time, as each server may.
        try {
            return Optional.of(exchange(connection(), input));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private RawHttp.Reply exchange(RawHttp own, FuzzInput.Http input) throws IOException {
        RawHttp.Reply reply = own.exchange(input.bytes());
        if (reply.closes()) {
            close();
        }
        return reply;
    }

    private Optional<RawHttp.Reply> broken(FuzzInput.Http input) throws IOException {
        try (RawHttp own = open(BROKEN_LIMIT)) {
            try {
                own.send(input.bytes());
                own.endRequest();
                return Optional.of(own.receive(true));
            } catch (IOException | NumberFormatException _) {
                return Optional.empty();
            }
        }
    }

    private RawHttp connection() throws IOException {
        RawHttp own = connection;
        if (own == null) {
            own = open(LIMIT);
            connection = own;
        }
        return own;
    }

    private RawHttp open(Duration limit) throws IOException {
        int host = 1 + (number + requests / REQUESTS_AN_ADDRESS) % ADDRESSES;
        return new RawHttp(service, InetAddress.ofLiteral("127.0.77." + host), limit);
    }

    @Override
    public void close() {
        RawHttp own = connection;
        connection = null;
        if (own != null) {
            own.close();
        }
    }
}
