package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.javalin.config.RoutesConfig;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.event.EventIds;
import com.fanfinity.analytics.stack.SelfSigned;
import com.fanfinity.analytics.testing.CapturedLog;
import com.fanfinity.analytics.tls.TlsCertificate;

/// Nothing that a client without a key sends causes a line in the log, so a flood of it does not flood the log.
class LogFloodTest {

    private static final int CONNECTIONS_PER_ADDRESS = 30;
    private static final int TIMEOUT_MILLIS = 10_000;

    private static final Gate PROXIES = new Gate() {
        @Override
        public Verdict admit(Request request, Optional<Route> route) {
            return Verdict.ADMITTED;
        }

        @Override
        public boolean readsProxyProtocol() {
            return true;
        }
    };

    /// Requests with something wrong in each part, and connections that are no HTTP.
    private static final List<String> BROKEN = List.of("", "\n", "\0\0\0\0", "x".repeat(20_000), "GET", "GET /\n\n",
            "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\nHost: first\nHost: second\n\n", "GET / HTTP/1.1\nHost: a b\n\n",
            "GET / HTTP/1.1\nHost:\n\n", "GET / HTTP/1.1\nHost: a:b:c\n\n", "GET / HTTP/3.9\nHost: a\n\n",
            "PRI * HTTP/2.0\n\nSM\n\n", "G@T / HTTP/1.1\nHost: a\n\n", "GET /%zz HTTP/1.1\nHost: a\n\n",
            "GET /%00 HTTP/1.1\nHost: a\n\n", "GET /a/..;/b HTTP/1.1\nHost: a\n\n",
            "GET /?a=%zz&b=%ff HTTP/1.1\nHost: a\n\n", "GET /query?x=%zz HTTP/1.1\nHost: a\n\n",
            "GET http://[::1/ HTTP/1.1\nHost: a\n\n",
            "GET http://evil/ HTTP/1.1\nHost: a\n\n", "OPTIONS * HTTP/1.1\nHost: a\n\n",
            "TRACE / HTTP/1.1\nHost: a\n\n",
            "CONNECT a:1 HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\nHost: a\nno colon\n\n",
            "GET / HTTP/1.1\nHost: a\nX: \0\n\n", "GET / HTTP/1.1\nHost: a\n folded\n\n",
            "GET / HTTP/1.1\nHost: a\nX:" + "y".repeat(9_000) + "\n\n",
            "GET / HTTP/1.1\nHost: a\n" + "X: y\n".repeat(200) + "\n",
            "GET / HTTP/1.1\nHost: a\nCookie: \"=;;=\"; $Version=x\n\n",
            "GET / HTTP/1.1\nHost: a\nAccept-Encoding: ;;q=x\n\n",
            "GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n\n",
            "GET / HTTP/1.1\nHost: a\nExpect: tea\n\n", "POST /body HTTP/1.1\nHost: a\nContent-Length: 9\n\nx",
            "POST /body HTTP/1.1\nHost: a\nContent-Length: x\n\n",
            "POST /body HTTP/1.1\nHost: a\nContent-Length: -1\n\n",
            "POST /body HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 2\n\nxx",
            "POST /body HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\nzz\nx",
            "POST /body HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n5\nx",
            "POST /body HTTP/1.1\nHost: a\nTransfer-Encoding: gzip\n\nx",
            "POST /body HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 1\n\n0\n\n",
            "POST /type HTTP/1.1\nHost: a\nContent-Type: a/b;charset=none\nContent-Length: 1\n\nx",
            "POST /type HTTP/1.1\nHost: a\nContent-Type: multipart/form-data\nContent-Length: 1\n\nx",
            "PUT /body HTTP/1.1\nHost: a\nContent-Length: 1\n\nx", "GET /late HTTP/1.1\nHost: a\n\n",
            "\u0016\u0003\u0001\u0000\u0005hello", "PROXY", "PROXY TCP4 1.2.3.4\n", "PROXY TCP4 evil words here now\n",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2" + "x".repeat(200),
            "PROXY TCP4 1.2.3.4 5.6.7.8 99999 x\nGET / HTTP/1.1\nHost: a\n\n",
            "\r\n\r\n\0\r\nQUIT\n!\u0011\u0000\u0001x", "\r\n\r\n\0\r\nQUIT\n\u00ff\u00ff\u00ff\u00ff");

    @TempDir
    private Path directory = Path.of("");

    private final CapturedLog log = CapturedLog.start();

    @AfterEach
    void release() {
        log.close();
    }

    private static void routes(RoutesConfig routes) {
        routes.get("/", ctx -> ctx.result("x".repeat(100_000)));
        routes.get("/query", ctx -> ctx.result("" + ctx.queryParam("x")));
        routes.post("/body", ctx -> ctx.result(RequestBody.read(ctx, 1_000, _ -> {})));
        routes.post("/type", ctx -> ctx.result(RequestBody.mediaType(ctx, Set.of("application/json"))));
    }

    private static HttpServer serve(Optional<Gate> gate, Optional<TlsCertificate> certificate) {
        ListenerOptions options = certificate.isEmpty()
                ? ListenerOptions.PLAIN
                : ListenerOptions.publicListener(new Settings.Edge(Optional.empty(), Set.of(), Set.of("*")), "",
                        certificate);
        HttpServer server = new HttpServer(
                new Settings.Http("127.0.0.1", 0, 1_000, CONNECTIONS_PER_ADDRESS, Duration.ofSeconds(75), 8 << 20),
                options, List.of(LogFloodTest::routes), List.of(), gate, new EventIds(Clock.systemUTC(), () -> 1),
                (_, _, _, _, _) -> {}, new AnswerBudget(1 << 20, AnswerBudget.AnswerMeter.NONE), Duration.ofSeconds(5));
        server.start();
        return server;
    }

    private static TlsCertificate certificate(SelfSigned own) {
        return new TlsCertificate(new Settings.Tls(own.certificate(), own.key()), new TlsCertificate.Meter() {
            @Override
            public void expires(Instant expires) {}

            @Override
            public void notReloaded() {}
        });
    }

    /// Sends the text, then ends the connection in one of three ways.
    private static void send(Socket socket, String text, int end) throws IOException {
        try (socket) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
            out.flush();
            if (end == 0) {
                socket.shutdownOutput();
                var _ = socket.getInputStream().readAllBytes();
            } else if (end == 1) {
                socket.setSoLinger(true, 0);
            } else {
                InputStream in = socket.getInputStream();
                socket.shutdownOutput();
                var _ = in.read();
                socket.setSoLinger(true, 0);
            }
        } catch (IOException _) {
            // the server may end such a connection in any way
        }
    }

    private static Socket connect(HttpServer server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    @Test
    void brokenRequests_toAnyListener_logNothing() throws Exception {
        SelfSigned own = SelfSigned.create(directory);
        for (HttpServer server : List.of(serve(Optional.empty(), Optional.empty()),
                serve(Optional.of(PROXIES), Optional.empty()), serve(Optional.empty(), Optional.of(certificate(own))),
                serve(Optional.of(PROXIES), Optional.of(certificate(own))))) {
            for (String text : BROKEN) {
                for (int end = 0; end < 3; end++) {
                    send(connect(server), text, end);
                }
            }
            server.close();
        }

        assertEquals(List.of(), log.entries());
    }

    @Test
    void brokenRequests_withinTls_logNothing() throws Exception {
        SelfSigned own = SelfSigned.create(directory);
        HttpServer server = serve(Optional.empty(), Optional.of(certificate(own)));
        for (String text : BROKEN) {
            send(SelfSigned.context(own, own).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                    server.port()), text, 0);
        }
        // Bytes that are no TLS, within a body.
        Socket below = connect(server);
        Socket socket = SelfSigned.context(own, own).getSocketFactory().createSocket(below, "localhost", server.port(),
                false);
        socket.getOutputStream()
                .write("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx".getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        send(below, "no TLS at all, but more than a header of a record", 0);
        server.close();

        assertEquals(List.of(), log.entries());
    }

    @Test
    void connections_beyondTheLimitOfAnAddress_logNothing() throws Exception {
        HttpServer server = serve(Optional.empty(), Optional.empty());
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 2 * CONNECTIONS_PER_ADDRESS; i++) {
            open.add(connect(server));
        }
        assertEquals(-1, open.getLast().getInputStream().read());
        for (Socket socket : open) {
            socket.close();
        }
        server.close();

        assertEquals(List.of(), log.entries());
    }
}
