package com.fanfinity.analytics.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One connection to the service. It sends any bytes as a request, which no HTTP client would do.
public final class RawHttp implements AutoCloseable {

    private static final int LONGEST_HEAD = 64 << 10;
    private static final int LONGEST_BODY = 64 << 20;

    private final Socket socket = new Socket();
    private final InputStream in;

    /// An answer of the service.
    ///
    /// @param headers by name in lower case; of a repeated header the last value
    public record Reply(int status, Map<String, String> headers, byte[] body) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        public String text() {
            return new String(body, UTF_8);
        }

        /// Whether the service closes the connection after this answer.
        public boolean closes() {
            return header("connection").filter("close"::equalsIgnoreCase).isPresent();
        }
    }

    /// @param limit of the connect and of each read
    public RawHttp(InetSocketAddress address, Duration limit) throws IOException {
        this(address, InetAddress.ofLiteral("127.0.0.1"), limit);
    }

    /// @param source the address to connect from
    public RawHttp(InetSocketAddress address, InetAddress source, Duration limit) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(address, (int) limit.toMillis());
            socket.setSoTimeout((int) limit.toMillis());
            in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Sends one request on a connection of its own.
    public static Reply once(InetSocketAddress address, byte[] request, Duration limit) throws IOException {
        try (RawHttp http = new RawHttp(address, limit)) {
            return http.exchange(request);
        }
    }

    public static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1);
    }

    public static byte[] post(String path, String type, byte[] body) {
        return joined(postHead(path, type, body.length), body);
    }

    static byte[] postHead(String path, String type, int length) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: "
                + length + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    public static byte[] joined(byte[] head, byte[] body) {
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /// Sends the bytes and reads one answer.
    ///
    /// @throws IOException if the connection ends, or no byte arrives within the limit
    public Reply exchange(byte[] request) throws IOException {
        send(request);
        return receive(!isHead(request));
    }

    public void send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
    }

    /// Ends the sending direction, so that the service sees the end of an incomplete request.
    public void endRequest() throws IOException {
        socket.shutdownOutput();
    }

    private static boolean isHead(byte[] request) {
        return request.length > 5 && new String(request, 0, 5, ISO_8859_1).equals("HEAD ");
    }

    /// Reads one answer.
    ///
    /// @param withBody false for the answer to HEAD
    public Reply receive(boolean withBody) throws IOException {
        Reply head = receiveHead();
        int status = head.status();
        if (status == 100) {
            return receive(withBody);
        }
        return withBody && status != 204 && status != 304
                ? new Reply(status, head.headers(), body(head.headers()))
                : head;
    }

    /// Reads the head of an answer, whose body may have no end.
    public Reply receiveHead() throws IOException {
        String[] head = head().split("\r\n", -1);
        int status = Integer.parseInt(head[0].split(" ", -1)[1]);
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            if (colon > 0) {
                headers.put(head[i].substring(0, colon).toLowerCase(Locale.ROOT), head[i].substring(colon + 1).strip());
            }
        }
        return new Reply(status, headers, new byte[0]);
    }

    /// Reads the body that follows a head, to its end.
    public byte[] receiveBody(Reply head) throws IOException {
        return body(head.headers());
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ending = 0;
        while (ending < 4) {
            int next = next();
            ending = next == (ending % 2 == 0 ? '\r' : '\n') ? ending + 1 : next == '\r' ? 1 : 0;
            head.write(next);
            if (head.size() > LONGEST_HEAD) {
                throw new IOException("the head of the answer is over " + LONGEST_HEAD + " bytes");
            }
        }
        return head.toString(ISO_8859_1).strip();
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks();
        }
        String length = headers.get("content-length");
        return length == null ? in.readNBytes(LONGEST_BODY) : exactly(Integer.parseInt(length));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            if (size == 0) {
                line();
                return body.toByteArray();
            }
            body.write(exactly(size));
            line();
            if (body.size() > LONGEST_BODY) {
                throw new IOException("the body of the answer is over " + LONGEST_BODY + " bytes");
            }
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = next(); next != '\n'; next = next()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the service closed the connection");
        }
        return next;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed either way
        }
    }
}
