package com.fanfinity.analytics.clickhouse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.clickhouse.client.api.insert.InsertSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.fanfinity.analytics.config.Settings;

/// A connection can end in the middle of an answer. A part of an answer must not look like a whole one: the sink would
/// start too early, or take an insert for stored.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CutAnswersTest {

    private static final byte[] SERVER_INFO = answer(List.of("user", "timezone", "version"), "String",
            text("default") + text("UTC") + text("26.7.3.19"));
    /// The rows 1, 2 and 3.
    private static final byte[] THREE_ROWS = answer(List.of("n"), "Int64",
            "\1\0\0\0\0\0\0\0" + "\2\0\0\0\0\0\0\0" + "\3\0\0\0\0\0\0\0");

    private final AtomicInteger sent = new AtomicInteger();
    private String headers = "";
    private ServerSocket listener;

    @BeforeEach
    void setUp() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void tearDown() throws IOException {
        listener.close();
    }

    private static String text(String value) {
        return (char) value.length() + value;
    }

    /// `RowBinaryWithNamesAndTypes`.
    private static byte[] answer(List<String> columns, String type, String rows) {
        StringBuilder answer = new StringBuilder().append((char) columns.size());
        columns.forEach(column -> answer.append(text(column)));
        columns.forEach(_ -> answer.append(text(type)));
        return answer.append(rows).toString().getBytes(ISO_8859_1);
    }

    /// Answers in chunks of 8 bytes, as a server does that streams rows, and ends after {@link #sent} bytes.
    private void serve(Socket client) {
        try (client) {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            String request = read(in);
            OutputStream out = client.getOutputStream();
            boolean info = request.contains("currentUser()");
            byte[] whole = chunked(info ? SERVER_INFO : THREE_ROWS);
            out.write(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                    + "X-ClickHouse-Format: RowBinaryWithNamesAndTypes\r\n" + (info ? "" : headers) + "\r\n")
                    .getBytes(ISO_8859_1));
            out.write(whole, 0, info ? whole.length : Math.min(whole.length, sent.get()));
        } catch (IOException _) {
            // the client is gone
        }
    }

    private static String read(BufferedReader in) throws IOException {
        StringBuilder request = new StringBuilder();
        int length = 0;
        boolean chunked = false;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            request.append(line).append('\n');
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
            chunked |= line.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:");
        }
        if (chunked) {
            for (String line = in.readLine(); line != null && !line.equals("0"); line = in.readLine()) {
                request.append(line);
            }
        }
        for (int i = 0; i < length; i++) {
            request.append((char) in.read());
        }
        return request.toString();
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int from = 0; from < body.length; from += 8) {
            int size = Math.min(8, body.length - from);
            chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1));
            chunks.write(body, from, size);
            chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        return chunks.toByteArray();
    }

    private ClickHouse connect() {
        return new ClickHouse(
                new Settings.ClickHouse(URI.create("http://127.0.0.1:" + listener.getLocalPort()), "fanfinity",
                        "default", new Settings.Secret(""), Duration.ofSeconds(5)),
                "test");
    }

    @Test
    void query_answerCutAnywhere_failsOrIsWhole() throws Exception {
        int whole = chunked(THREE_ROWS).length;
        int failed = 0;
        try (ClickHouse clickHouse = connect()) {
            for (int bytes = 0; bytes <= whole; bytes++) {
                sent.set(bytes);
                try {
                    assertEquals(List.of(1L, 2L, 3L), clickHouse.query("SELECT n", row -> row.getLong(1)),
                            "the first %d of %d bytes".formatted(bytes, whole));
                } catch (SQLException | RuntimeException _) {
                    failed++;
                }
            }
        }
        assertTrue(failed >= whole - "0\r\n\r\n".length(), failed + " of " + whole);
        assertTrue(failed < whole, "the whole answer is read");
    }

    /// A server that fails after it has sent 200 names the error in a header.
    @Test
    void insert_statusOkWithAnException_fails() throws Exception {
        headers = "X-ClickHouse-Exception-Code: 241\r\n";
        sent.set(Integer.MAX_VALUE);
        try (ClickHouse clickHouse = connect()) {
            assertThrows(ExecutionException.class,
                    () -> clickHouse.insert("t", new ByteArrayInputStream(new byte[8]), new InsertSettings()));
        }
    }
}
