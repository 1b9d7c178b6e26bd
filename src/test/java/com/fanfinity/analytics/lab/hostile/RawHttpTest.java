package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

import org.junit.jupiter.api.Test;

class RawHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// Answers each request of one connection with the same bytes.
    private static RawHttp.Reply answered(String answer, String request) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    client.getInputStream().readNBytes(request.length());
                    client.getOutputStream().write(answer.getBytes(ISO_8859_1));
                } catch (IOException _) {
                    // the test fails by its own assertion
                }
            });
            return RawHttp.once(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()),
                    request.getBytes(ISO_8859_1), LIMIT);
        }
    }

    @Test
    void reply_withLength_hasStatusHeadersAndBody() throws IOException {
        RawHttp.Reply reply = answered("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 3\r\n\r\nabcdef",
                "GET / HTTP/1.1\r\n\r\n");

        assertEquals(503, reply.status());
        assertEquals("2", reply.header("retry-after").orElse(""));
        assertEquals("abc", reply.text());
    }

    @Test
    void reply_inChunks_isJoined() throws IOException {
        assertEquals("abcde", answered(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n").text());
    }

    @Test
    void reply_afterContinue_isTheSecond() throws IOException {
        assertEquals(202, answered("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
                "POST / HTTP/1.1\r\n\r\n").status());
    }

    @Test
    void reply_toHead_hasNoBody() throws IOException {
        RawHttp.Reply reply = answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n",
                "HEAD / HTTP/1.1\r\n\r\n");

        assertEquals(0, reply.body().length);
        assertTrue(reply.closes());
    }

    @Test
    void reply_cut_isAFailure() {
        assertThrows(IOException.class,
                () -> answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "GET / HTTP/1.1\r\n\r\n"));
        assertThrows(IOException.class, () -> answered("HTTP/1.1 200 OK\r\nContent", "GET / HTTP/1.1\r\n\r\n"));
    }
}
