package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.stack.Await;
import com.fanfinity.analytics.testing.TestCertificate;

/// The bounds of connections on a real server, with a clock that the test sets.
class ConnectionLimitTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int MAX = 40;
    private static final int MAX_PER_ADDRESS = 10;

    private final Server server = new Server();
    private final AtomicLong clock = new AtomicLong();
    private final List<Socket> sockets = new ArrayList<>();
    private final Map<ConnectionMeter.Closed, Integer> closed = new EnumMap<>(ConnectionMeter.Closed.class);
    private final AtomicReference<Supplier<Number>> open = new AtomicReference<>(() -> 0);
    private final AtomicReference<@Nullable Callback> held = new AtomicReference<>();
    private ServerConnector connector = new ServerConnector(server);
    @SuppressWarnings("NullAway.Init") // by start()
    private ConnectionLimit limit;

    private void start() {
        connector.setHost("0.0.0.0");
        connector.setAcceptQueueSize(1_024);
        connector.setIdleTimeout(Duration.ofHours(1).toMillis());
        server.addConnector(connector);
        limit = new ConnectionLimit(MAX, MAX_PER_ADDRESS, server,
                remote -> Optional.of(ClientAddress.of(remote)), new RecordingMeter(),
                clock::get);
        server.addBean(limit);
        server.setHandler(limit.tracking(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                if (Request.getPathInContext(request).equals("/held")) {
                    held.set(callback);
                } else {
                    callback.succeeded();
                }
                return true;
            }
        }));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private final class RecordingMeter implements ConnectionMeter {
        @Override
        public void closed(Closed reason) {
            synchronized (closed) {
                closed.merge(reason, 1, Integer::sum);
            }
        }

        @Override
        public void open(Supplier<Number> connections) {
            open.set(connections);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop();
    }

    @Test
    void address_atItsLimit_isClosedAtOnceAndOthersAreServed() throws IOException {
        start();
        for (int i = 0; i < MAX_PER_ADDRESS; i++) {
            connect("127.0.0.1");
        }
        awaitOpen(MAX_PER_ADDRESS);

        assertTrue(isClosed(connect("127.0.0.1")));
        assertEquals("HTTP/1.1 200", answer(connect("127.0.0.2"), GET));
        assertEquals(1, closed(ConnectionMeter.Closed.ADDRESS));

        sockets.getFirst().close();
        Await.until(SOON, "its place is free", () -> answered("127.0.0.1"));
    }

    @Test
    void headers_oneByteNowAndThen_areCutAfter10Seconds() throws IOException {
        start();
        Socket trickling = connect("127.0.0.1");
        Socket idle = connect("127.0.0.1");
        assertEquals("HTTP/1.1 200", answer(idle, GET));
        send(trickling, "GET / HTTP/1.1\r\nX: ");
        awaitHeadersSeen();
        for (int second = 1; second < 10; second++) {
            pass(Duration.ofSeconds(1));
            send(trickling, "a");
        }
        assertEquals(2, open());
        pass(Duration.ofSeconds(1));

        assertTrue(isClosed(trickling));
        assertEquals(1, closed(ConnectionMeter.Closed.HEADERS));
        pass(Duration.ofMinutes(10));
        assertEquals("HTTP/1.1 200", answer(idle, GET), "a connection between two requests");
    }

    @Test
    void headers_ofALaterRequest_areCutToo() throws IOException {
        start();
        Socket socket = connect("127.0.0.1");
        assertEquals("HTTP/1.1 200", answer(socket, GET));
        send(socket, "GET /");
        awaitHeadersSeen();
        pass(ConnectionLimit.HEADERS_AFTER_FIRST_BYTE);

        assertTrue(isClosed(socket));
    }

    @Test
    void connection_thatSendsNothing_isCutAfter30Seconds() throws IOException {
        start();
        Socket silent = connect("127.0.0.1");
        awaitOpen(1);
        pass(Duration.ofSeconds(29));
        assertEquals(1, open());
        pass(Duration.ofSeconds(1));

        assertTrue(isClosed(silent));
    }

    @Test
    void connection_withARequest_isNeverCut() throws IOException {
        start();
        Socket busy = connect("127.0.0.1");
        send(busy, "GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
        Await.until(SOON, "the request is held", () -> held.get() != null);
        for (int i = 0; i < MAX * 3; i++) {
            connect("127.0.1." + (1 + i % 60));
        }
        pass(Duration.ofMinutes(5));
        requireNonNull(held.get()).succeeded();

        assertEquals("HTTP/1.1 200", read(busy));
    }

    /// Five times as many connections as the server may have, of many addresses, each of which trickles headers.
    @Test
    void flood_ofTricklingConnections_othersAreAnsweredThroughout() throws IOException {
        start();
        for (int i = 0; i < MAX * 5; i++) {
            send(connect("127.0.1." + (1 + i % 60)), "GET / HTTP/1.1\r\nX: ");
            if (i % 10 == 0) {
                clock.addAndGet(Duration.ofMillis(100).toNanos());
                assertEquals("HTTP/1.1 200", answer(connect("127.0.2." + (1 + i / 10)), GET), "after " + i);
            }
        }
        assertTrue(open() <= MAX, open() + " connections");
    }

    @Test
    void crowded_idleConnections_areClosedOldestFirst() throws IOException {
        start();
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MAX * 9 / 10 - 1; i++) {
            clock.addAndGet(Duration.ofMillis(200).toNanos());
            idle.add(connect("127.0.1." + (1 + i)));
            assertEquals("HTTP/1.1 200", answer(idle.getLast(), GET));
        }
        limit.check();
        assertEquals(MAX * 9 / 10 - 1, open());
        clock.addAndGet(Duration.ofMillis(100).toNanos());
        assertEquals("HTTP/1.1 200", answer(idle.getFirst(), GET));
        clock.addAndGet(Duration.ofMillis(100).toNanos());
        assertEquals("HTTP/1.1 200", answer(connect("127.0.0.9"), GET));
        limit.check();

        assertTrue(isClosed(idle.get(1)));
        assertEquals("HTTP/1.1 200", answer(idle.getFirst(), GET));
        assertEquals("HTTP/1.1 200", answer(idle.getLast(), GET));
    }

    /// Streams are requests that last. A full house of viewers must leave the service reachable.
    @Test
    void crowded_byRequestsThatLast_aNewConnectionHasTimeForItsRequest() throws IOException {
        start();
        fillWithRequestsThatLast(MAX * 9 / 10);
        Socket other = connect("127.0.0.9");
        Socket silent = connect("127.0.0.8");
        awaitOpen(MAX * 9 / 10 + 2);
        pass(ConnectionLimit.REQUEST_WITHIN.minusMillis(1));

        assertEquals("HTTP/1.1 200", answer(other, GET));
        assertEquals(0, closed(ConnectionMeter.Closed.CROWDED));
        pass(Duration.ofMillis(1));
        assertTrue(isClosed(silent));
        assertEquals("HTTP/1.1 200", answer(other, GET), "a connection that has just had a request");
    }

    /// The newer half of the connections without a request keeps its time, so each new one is served.
    @Test
    void full_ofRequestsThatLastAndSilentConnections_newOnesAreServed() throws IOException {
        start();
        fillWithRequestsThatLast(MAX * 9 / 10);
        for (int i = 0; i < MAX; i++) {
            connect("127.0.2." + (1 + i));
            clock.addAndGet(Duration.ofMillis(10).toNanos());
            assertEquals("HTTP/1.1 200", answer(connect("127.0.3." + (1 + i)), GET), "after " + i);
            clock.addAndGet(Duration.ofMillis(10).toNanos());
        }
        assertTrue(open() <= MAX, open() + " connections");
        assertTrue(closed(ConnectionMeter.Closed.CROWDED) > 0, "silent ones are closed");
    }

    @Test
    void full_ofRequestsThatLast_theLastConnectionHasTimeForItsRequest() throws IOException {
        start();
        fillWithRequestsThatLast(MAX - 1);
        Socket last = connect("127.0.0.9");
        awaitOpen(MAX);
        pass(Duration.ofSeconds(1));

        assertEquals("HTTP/1.1 200", answer(last, GET));
    }

    private void fillWithRequestsThatLast(int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            held.set(null);
            send(connect("127.0.1." + (1 + i)), "GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
            Await.until(SOON, "the request is held", () -> held.get() != null);
        }
    }

    @Test
    void tls_tricklingHeaders_areCut() throws Exception {
        HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());
        TestCertificate certificate = TestCertificate.create();
        connector = new ServerConnector(server,
                new SslConnectionFactory(certificate.server(), http.getProtocol()), http);
        start();
        Socket plain = connect("127.0.0.1");
        Socket secure = certificate.client(plain);
        assertEquals("HTTP/1.1 200", answer(secure, GET.replace("Host: x", "Host: localhost")));
        assertEquals(1, open());
        send(secure, "GET /");
        awaitHeadersSeen();
        pass(ConnectionLimit.HEADERS_AFTER_FIRST_BYTE);

        assertTrue(isClosed(plain));
        Socket silent = connect("127.0.0.1");
        awaitOpen(1);
        pass(ConnectionLimit.HEADERS_AFTER_ACCEPT);
        assertTrue(isClosed(silent), "no handshake");
        assertEquals(2, closed(ConnectionMeter.Closed.HEADERS));
    }

    @Test
    void proxyProtocol_withoutItsHeader_isCut() throws IOException {
        HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());
        connector = new ServerConnector(server, new ProxyConnectionFactory(http.getProtocol()), http);
        start();
        Socket silent = connect("127.0.0.1");
        Socket trickling = connect("127.0.0.1");
        send(trickling, "PROXY TCP4 203");
        Socket complete = connect("127.0.0.1");
        assertEquals("HTTP/1.1 200", answer(complete, "PROXY TCP4 203.0.113.7 192.0.2.1 5000 443\r\n" + GET));
        Await.until(SOON, "each socket counts once", () -> open() == 3);
        pass(ConnectionLimit.HEADERS_AFTER_ACCEPT);

        assertTrue(isClosed(silent));
        assertTrue(isClosed(trickling));
        assertEquals(2, closed(ConnectionMeter.Closed.HEADERS));
        assertEquals("HTTP/1.1 200", answer(complete, GET));
    }

    private void awaitOpen(int count) {
        Await.until(SOON, count + " connections are open", () -> open() >= count);
    }

    /// Awaits that the server has read bytes of the headers, which it notices only when it checks.
    private void awaitHeadersSeen() {
        Await.until(SOON, "bytes of headers have arrived", () -> {
            limit.check();
            return limit.headersInProgress() > 0;
        });
    }

    private int open() {
        return open.get().get().intValue();
    }

    private int closed(ConnectionMeter.Closed reason) {
        synchronized (closed) {
            return closed.getOrDefault(reason, 0);
        }
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        limit.check();
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private boolean answered(String from) {
        try {
            return answer(connect(from), GET).equals("HTTP/1.1 200");
        } catch (IOException _) {
            return false;
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String answer(Socket socket, String request) throws IOException {
        send(socket, request);
        return read(socket);
    }

    /// The status line's first words. The head is read to its end, so that the connection can be used again.
    private static String read(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return "closed";
            }
            head.append((char) next);
        }
        return head.substring(0, 12);
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException _) {
            return true; // reset
        }
    }
}
