package com.fanfinity.analytics.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.config.AddressRange;
import com.fanfinity.analytics.config.Security.AddressSource;
import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.Settings.Secret;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.http.Access;
import com.fanfinity.analytics.http.AnswerBudget;
import com.fanfinity.analytics.http.ClientAddress;
import com.fanfinity.analytics.http.HttpServer;
import com.fanfinity.analytics.http.ListenerOptions;
import com.fanfinity.analytics.http.Routes;
import com.fanfinity.analytics.metrics.Meters;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.tls.TlsCertificate;

/// The PROXY protocol in front of HTTP, and in front of TLS, over real sockets.
class ProxyProtocolTest {

    private static final String IPV4 = "203.0.113.7";
    private static final String IPV6 = "2001:db8:1:2:0:0:0:9";
    private static final String IPV6_NETWORK = "2001:db8:1:2:0:0:0:0/64";
    private static final String SOCKET = "127.0.0.1";
    private static final int LIMIT_MILLIS = 20_000;
    private static final int CONNECTIONS = 40;
    private static final String REQUEST = "GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static final List<AddressRange> LOOPBACK = List.of(AddressRange.parse("127.0.0.0/8"));
    private static final List<AddressRange> OTHERS = List.of(AddressRange.parse("10.0.0.0/8"));

    @TempDir
    private static Path directory = Path.of("");
    private static SelfSigned own;

    @SuppressWarnings("NullAway.Init") // by serve()
    private HttpServer server;

    @BeforeAll
    static void create() throws Exception {
        own = SelfSigned.create(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void serve(List<AddressRange> trusted, boolean tls) {
        var meters = new Meters(new SimpleMeterRegistry()).security();
        AccessGate gate = new AccessGate(true, false, new ApiKeys(Clock.systemUTC(), new Secret("")), Optional.empty(),
                new ClientAddresses(trusted, AddressSource.PROXY_PROTOCOL),
                new RateLimits(TestKeys.NO_RATES, System::nanoTime, meters), new RefusalAudit(meters));
        Routes routes = config -> config.get("/who",
                ctx -> ctx.result("<" + ctx.req().getAttribute(ClientAddress.class.getName()) + ">"), Access.OPEN);
        server = new HttpServer(new Settings.Http("127.0.0.1", 0, CONNECTIONS, Duration.ofSeconds(75)),
                tls ? withTls() : ListenerOptions.PLAIN, List.of(routes), List.of(), Optional.of(gate),
                new EventIds(Clock.systemUTC(), () -> 1), (_, _, _, _, _) -> {},
                new AnswerBudget(1 << 20, AnswerBudget.AnswerMeter.NONE), Duration.ofSeconds(1));
        server.start();
    }

    private static ListenerOptions withTls() {
        TlsCertificate certificate = new TlsCertificate(new Settings.Tls(own.certificate(), own.key()),
                new TlsCertificate.Meter() {
                    @Override
                    public void expires(Instant expires) {}

                    @Override
                    public void notReloaded() {}
                });
        return ListenerOptions.publicListener(new Settings.Edge(Optional.empty(), Set.of(), Set.of()), "",
                Optional.of(certificate));
    }

    /// Sends the header in the same segment as the first bytes after it.
    private static final class Joining extends Socket {
        private final byte[] header;
        private boolean sent;

        Joining(byte[] header, int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            this.header = header;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int start, int length) throws IOException {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    if (!sent) {
                        all.writeBytes(header);
                        sent = true;
                    }
                    all.write(bytes, start, length);
                    out.write(all.toByteArray());
                }
            };
        }
    }

    private Socket connect(byte[] header, boolean tls, boolean joined) throws Exception {
        Socket below = joined
                ? new Joining(header, server.port())
                : new Socket(InetAddress.getLoopbackAddress(), server.port());
        if (!joined) {
            for (byte b : header) {
                below.getOutputStream().write(b);
            }
        }
        below.setSoTimeout(LIMIT_MILLIS);
        return tls
                ? SelfSigned.context(own, own).getSocketFactory().createSocket(below, "localhost", server.port(), true)
                : below;
    }

    /// The address that the gate settled for one more request of the connection.
    private static String ask(OutputStream out, InputStream in) throws IOException {
        out.write(REQUEST.getBytes(US_ASCII));
        out.flush();
        StringBuilder answer = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            answer.append((char) b);
            if (b == '>') {
                return answer.substring(answer.indexOf("<") + 1, answer.length() - 1);
            }
        }
        throw new IOException("no answer: " + answer);
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(US_ASCII);
    }

    /// Version 2.
    ///
    /// @param command 1 for a proxied connection, 0 for one of the proxy itself
    private static byte[] binary(int command, String source, int more) {
        byte[] address = InetAddress.ofLiteral(source).getAddress();
        ByteBuffer header = ByteBuffer.allocate(16 + 2 * address.length + 4 + more);
        header.put("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1)).put((byte) (0x20 | command))
                .put((byte) (address.length == 4 ? 0x11 : 0x21)).putShort((short) (2 * address.length + 4 + more))
                .put(address).put(address).putShort((short) 5000).putShort((short) 443);
        if (more > 0) {
            header.put((byte) 0x04).putShort((short) (more - 3)); // PP2_TYPE_NOOP
        }
        return header.array();
    }

    static Stream<Arguments> headers() {
        return Stream.of(Arguments.of("v1 TCP4", line("PROXY TCP4 " + IPV4 + " 192.0.2.1 5000 443"), IPV4),
                Arguments.of("v1 TCP6", line("PROXY TCP6 " + IPV6 + " 2001:db8::1 5000 443"), IPV6_NETWORK),
                Arguments.of("v1 UNKNOWN", line("PROXY UNKNOWN"), SOCKET),
                Arguments.of("v2 TCP4", binary(1, IPV4, 0), IPV4),
                Arguments.of("v2 TCP4 with more", binary(1, IPV4, 100), IPV4),
                Arguments.of("v2 TCP6", binary(1, IPV6, 0), IPV6_NETWORK),
                Arguments.of("v2 LOCAL", binary(0, IPV4, 0), SOCKET),
                Arguments.of("none", new byte[0], SOCKET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void trustedProxy_statesTheAddressOfEachRequest(String name, byte[] header, String expected) throws Exception {
        for (boolean tls : List.of(true, false)) {
            serve(LOOPBACK, tls);
            for (boolean joined : List.of(true, false)) {
                try (Socket socket = connect(header, tls, joined)) {
                    String form = name + (tls ? " TLS" : "") + (joined ? " joined" : "");
                    assertEquals(expected, ask(socket.getOutputStream(), socket.getInputStream()), form);
                    assertEquals(expected, ask(socket.getOutputStream(), socket.getInputStream()), form);
                }
            }
            server.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void stranger_statesNothing(String name, byte[] header, String expected) throws Exception {
        serve(OTHERS, true);
        try (Socket socket = connect(header, true, false)) {
            assertEquals(SOCKET, ask(socket.getOutputStream(), socket.getInputStream()), name + ' ' + expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void brokenHeader_endsOnlyItsConnection(boolean tls) throws Exception {
        serve(LOOPBACK, tls);
        for (byte[] broken : List.of(line("PROXY TCP4 nonsense"), line("PROXY TCP4 1.2.3.4 5.6.7.8 x y"),
                "\r\n\r\n\0\r\nQUIT\nA\u0011\0\u000c".getBytes(ISO_8859_1))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(LIMIT_MILLIS);
                socket.getOutputStream().write(broken);
                socket.getOutputStream().write(new byte[64]);
                assertTrue(endsWithoutAnAnswer(socket));
            }
        }
        try (Socket socket = connect(binary(1, IPV4, 0), tls, true)) {
            assertEquals(IPV4, ask(socket.getOutputStream(), socket.getInputStream()));
        }
    }

    private static boolean endsWithoutAnAnswer(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /// Each connection has three protocols, one in the other.
    @Test
    void connections_withTls_countOnceAgainstTheLimit() throws Exception {
        serve(LOOPBACK, true);
        for (int round = 0; round < 3; round++) {
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS / 2; i++) {
                Socket socket = connect(binary(1, IPV4, 0), true, true);
                open.add(socket);
                assertEquals(IPV4, ask(socket.getOutputStream(), socket.getInputStream()));
            }
            for (Socket socket : open) {
                assertEquals(IPV4, ask(socket.getOutputStream(), socket.getInputStream()));
                socket.close();
            }
        }
    }
}
