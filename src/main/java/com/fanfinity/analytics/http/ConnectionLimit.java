package com.fanfinity.analytics.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;

import com.fanfinity.analytics.http.ConnectionMeter.Closed;

/// Bounds the open connections: all, and those of one address. It closes a connection if the headers of its request
/// take too long. With the PROXY protocol its header has the same time, and then the request has it.
///
/// When nine tenths of all are in use, it closes those that have been without a request for {@link #REQUEST_WITHIN},
/// which are idle or whose headers are arriving: first those that have been without one longest. Each connection has
/// that time for its request, because streams alone can fill nine tenths. When almost all are in use, the older half of
/// those without a request has no time left. So clients that open connections and send nothing, or a byte now and then,
/// cannot keep others out.
///
/// Jetty has no deadline for headers: its idle timeout begins again with each byte.
final class ConnectionLimit extends NetworkConnectionLimit implements Connection.Listener {

    static final Duration HEADERS_AFTER_FIRST_BYTE = Duration.ofSeconds(10);
    static final Duration HEADERS_AFTER_ACCEPT = Duration.ofSeconds(30);

    /// The time for a request while nine tenths of the connections are in use.
    static final Duration REQUEST_WITHIN = Duration.ofSeconds(5);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

    /// A scan of all connections takes about a millisecond, so a flood of new ones must not cause one each. Until the
    /// next scan, the last tenth has room for them.
    private static final long SCAN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final int max;
    private final int crowdedFrom;
    private final int spare;
    private final int maxPerAddress;
    private final Server server;
    private final Function<SocketAddress, Optional<ClientAddress>> addresses;
    private final ConnectionMeter meter;
    private final LongSupplier nanoTime;
    private final Map<Connection, OpenConnection> open = new ConcurrentHashMap<>();
    private final Map<SelectableChannel, ClientAddress> addressOf = new ConcurrentHashMap<>();
    private final Map<ClientAddress, Integer> countByAddress = new ConcurrentHashMap<>();
    private final AtomicLong scannedAt;

    /// @param max the maximum number of open connections; further ones wait to be accepted
    /// @param maxPerAddress of them, for one address; further ones are closed at once
    /// @param addresses the address for which a socket counts; empty if the limit of one address does not apply to it
    /// @param nanoTime the monotonic clock
    ConnectionLimit(int max, int maxPerAddress, Server server,
            Function<SocketAddress, Optional<ClientAddress>> addresses, ConnectionMeter meter, LongSupplier nanoTime) {
        super(max, server);
        this.max = max;
        this.crowdedFrom = Math.toIntExact(max * 9L / 10);
        this.spare = Math.max(1, max / 100);
        this.maxPerAddress = maxPerAddress;
        this.server = server;
        this.addresses = addresses;
        this.meter = meter;
        this.nanoTime = nanoTime;
        this.scannedAt = new AtomicLong(nanoTime.getAsLong() - SCAN_INTERVAL_NANOS);
        meter.open(open::size);
    }

    /// A handler that notes which connections have a request. It must be the first one.
    Handler tracking(Handler next) {
        return new Handler.Wrapper(next) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                OpenConnection connection = open.get(request.getConnectionMetaData().getConnection());
                if (connection != null) {
                    connection.requestStarted();
                    Request.addCompletionListener(request, _ -> connection.requestEnded(nanoTime.getAsLong()));
                }
                return super.handle(request, response, callback);
            }
        };
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        scheduleCheck();
    }

    private void scheduleCheck() {
        server.getScheduler().schedule(() -> {
            if (isRunning() || isStarting()) {
                try {
                    check();
                } finally {
                    scheduleCheck();
                }
            }
        }, CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Closes the connections of which the headers are overdue, and idle ones if there are too many.
    void check() {
        long now = nanoTime.getAsLong();
        open.values().stream()
                .filter(it -> it.areHeadersOverdue(now, HEADERS_AFTER_FIRST_BYTE, HEADERS_AFTER_ACCEPT))
                .forEach(it -> close(it, Closed.HEADERS));
        closeIdle();
    }

    /// The connections of which headers have begun to arrive, as of the last check.
    long headersInProgress() {
        return open.values().stream().filter(OpenConnection::areHeadersInProgress).count();
    }

    // --- sockets

    @Override
    public void onAccepting(SelectableChannel channel) {
        super.onAccepting(channel);
        if (!reserve(channel)) {
            IO.close(channel);
            meter.closed(Closed.ADDRESS);
        }
        closeIdleIfDue();
    }

    private boolean reserve(SelectableChannel channel) {
        Optional<ClientAddress> address = address(channel);
        if (address.isEmpty()) {
            return true;
        }
        if (countByAddress.merge(address.get(), 1, Integer::sum) > maxPerAddress) {
            release(address.get());
            return false;
        }
        addressOf.put(channel, address.get());
        return true;
    }

    private Optional<ClientAddress> address(SelectableChannel channel) {
        try {
            return channel instanceof SocketChannel socket && socket.getRemoteAddress() != null
                    ? addresses.apply(socket.getRemoteAddress())
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // closed already
        }
    }

    private void release(ClientAddress address) {
        countByAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        super.onAcceptFailed(channel, cause);
        releaseSocket(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        super.onClosed(channel);
        releaseSocket(channel);
    }

    private void releaseSocket(SelectableChannel channel) {
        ClientAddress address = addressOf.remove(channel);
        if (address != null) {
            release(address);
        }
    }

    // --- connections, of which a socket with TLS has two, and one with the PROXY protocol several in turn

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection)) { // it opens the connection of HTTP at the same time
            open.put(connection, new OpenConnection(connection, nanoTime.getAsLong()));
            closeIdleIfDue();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    private void close(OpenConnection connection, Closed reason) {
        if (open.remove(connection.connection()) != null) {
            meter.closed(reason);
            NetworkEndPoint.close(connection.connection().getEndPoint(), new EofException("closed: " + reason));
        }
    }

    private void closeIdleIfDue() {
        if (open.size() < crowdedFrom) {
            return;
        }
        long now = nanoTime.getAsLong();
        long last = scannedAt.get();
        boolean full = getNetworkConnectionCount() + getPendingNetworkConnectionCount() >= max;
        if (full || (now - last >= SCAN_INTERVAL_NANOS && scannedAt.compareAndSet(last, now))) {
            closeIdle();
        }
    }

    /// Sorting needs times that do not change, and a request may start or end meanwhile.
    private record Idle(OpenConnection connection, long since) {}

    private void closeIdle() {
        int size = open.size();
        if (size < crowdedFrom) {
            return;
        }
        long now = nanoTime.getAsLong();
        List<Idle> idle = open.values().stream().filter(OpenConnection::isIdle)
                .map(connection -> new Idle(connection, connection.idleSince()))
                .sorted(Comparator.comparingLong(it -> it.since() - now)).toList();
        int atOnce = Math.min(size - max + spare, idle.size() / 2);
        int most = Math.min(size - crowdedFrom + spare, idle.size());
        for (int i = 0; i < most; i++) {
            Idle next = idle.get(i);
            if (i >= atOnce && now - next.since() < REQUEST_WITHIN.toNanos()) {
                return;
            }
            if (next.connection().isIdle() && next.connection().idleSince() == next.since()) {
                close(next.connection(), Closed.CROWDED);
            }
        }
    }
}
