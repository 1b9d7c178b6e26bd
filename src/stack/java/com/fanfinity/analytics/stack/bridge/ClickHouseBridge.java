package com.fanfinity.analytics.stack.bridge;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import com.fanfinity.analytics.stack.process.Ports;

/// The part of ClickHouse's HTTP interface that clickhouse-jdbc needs, in front of the engine as a library. It listens
/// on loopback, without authentication. It has its own JVM, because an engine holds one path for the life of a process.
///
/// Differences from a server: it has no compression and no sessions (501), it builds answers in memory, `input` reads
/// a file that holds the whole body, and the engine chooses the `query_id` in `system.processes`. The bridge sets a
/// caller's query id as `log_comment`, unless the request sets one, so that `startsWith(query_id, ?) OR
/// startsWith(Settings['log_comment'], ?)` finds it here and on a server. Settings of the URL hold for their
/// statement: `SET`, then `DEFAULT` again.
public final class ClickHouseBridge {
    /// Answers contain the token of the parent, which proves that its own child owns the port.
    public static final String TOKEN_HEADER = "X-Local-Token";
    private static final int CHUNK = 1 << 16;
    /// The parser of the engine checks its stack; a thread of the JVM has 1 MiB.
    private static final long STACK = 8L << 20;

    private final ChdbPool pool;
    private final String token;

    private ClickHouseBridge(ChdbPool pool, String token) {
        this.pool = pool;
        this.token = token;
    }

    /// @param args the port, the data directory, the library, the token, the engine's configuration
    static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
        // Binds the port first: a second bridge on the same directory must not open the data.
        HttpServer server = HttpServer.create(Ports.loopback(Integer.parseInt(args[0])), 1024);
        ChdbPool pool = new ChdbPool(new Chdb(Path.of(args[2])), Path.of(args[1]), "--config-file=" + args[4]);
        ClickHouseBridge bridge = new ClickHouseBridge(pool, args[3]);
        server.createContext("/", bridge::handle);
        server.setExecutor(Executors.newCachedThreadPool(task -> new Thread(null, task, "request", STACK)));
        server.start();
        System.out.println("listening on 127.0.0.1:" + args[0]);
    }

    private void handle(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set(TOKEN_HEADER, token);
        try (exchange) {
            if (exchange.getRequestURI().getPath().equals("/ping")) {
                answer(exchange, 200, "Ok.\n".getBytes(StandardCharsets.UTF_8));
                return;
            }
            try {
                run(exchange, BridgeRequest.of(exchange.getRequestURI(), exchange.getRequestHeaders()));
            } catch (ChdbException e) {
                exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
                exchange.getResponseHeaders().set("X-ClickHouse-Exception-Code", Integer.toString(e.code()));
                exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=UTF-8");
                answer(exchange, e.status(), (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            System.err.println("a client closed its connection: " + e);
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            throw e;
        }
    }

    private void run(HttpExchange exchange, BridgeRequest request) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-ClickHouse-Query-Id", request.queryId());
        headers.set("X-ClickHouse-Timezone", "UTC");
        headers.set("X-ClickHouse-Server-Display-Name", "local");
        InputStream text = new SequenceInputStream(
                new ByteArrayInputStream(
                        (request.sql().isEmpty() ? "" : request.sql() + "\n").getBytes(StandardCharsets.UTF_8)),
                leftOpen(exchange.getRequestBody()));
        try (ChdbPool.Lease lease = pool.lease()) {
            Chdb.Connection connection = lease.connection();
            connection.use(request.database());
            if (!request.settings().isEmpty()) {
                connection.execute(request.set());
            }
            try {
                statement(exchange, request, text, connection);
            } catch (IOException e) {
                // After a cancelled INSERT, the connection keeps some state.
                lease.discard();
                throw e;
            } finally {
                if (!request.settings().isEmpty()) {
                    reset(lease, request);
                }
            }
        }
    }

    /// Closing a sequence closes its streams, and a closed body cannot be drained before an error is returned.
    private static InputStream leftOpen(InputStream body) {
        return new FilterInputStream(body) {
            @Override
            public void close() {}
        };
    }

    private static void reset(ChdbPool.Lease lease, BridgeRequest request) {
        try {
            lease.connection().execute(request.reset());
        } catch (ChdbException e) {
            System.err.println("connection closed, settings not reset: " + e.getMessage());
            lease.discard();
        }
    }

    private static void statement(HttpExchange exchange, BridgeRequest request, InputStream text,
            Chdb.Connection connection)
            throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        InsertStatement.Found found = new InsertStatement.Found.Unclear();
        while (found instanceof InsertStatement.Found.Unclear) {
            int read = text.read(chunk);
            head.write(chunk, 0, Math.max(0, read));
            found = InsertStatement.find(head.toByteArray(), read < 0);
        }
        switch (found) {
            case InsertStatement.Found.WithData(InsertStatement insert) -> {
                byte[] first = head.toByteArray();
                InputStream data = new SequenceInputStream(new ByteArrayInputStream(first, insert.dataStart(),
                        first.length - insert.dataStart()), text);
                if (insert.input() < 0) {
                    insert(exchange, insert, data, connection);
                } else {
                    insertSelect(exchange, request, insert, data, connection);
                }
            }
            case InsertStatement.Found.Other _,InsertStatement.Found.Unclear _ -> {
                text.transferTo(head);
                exchange.getResponseHeaders().set("X-ClickHouse-Format",
                        request.formatOf(head.toString(StandardCharsets.UTF_8)));
                try (Chdb.Result result = connection.query(head.toByteArray(), request.format(),
                        request.parameters())) {
                    answer(exchange, result);
                }
            }
        }
    }

    private static void insert(HttpExchange exchange, InsertStatement insert, InputStream data,
            Chdb.Connection connection) throws IOException {
        try (Chdb.Insert stream = connection.insert(insert.sql(), insert.format())) {
            copy(data, stream);
            try (Chdb.Result result = stream.done()) {
                answer(exchange, result);
            }
        }
    }

    /// The statement begins only when its data has arrived. A server begins it with the first bytes.
    private static void insertSelect(HttpExchange exchange, BridgeRequest request, InsertStatement insert,
            InputStream data, Chdb.Connection connection) throws IOException {
        Path file = Files.createTempFile("insert-", ".data");
        try {
            Files.copy(data, file, StandardCopyOption.REPLACE_EXISTING);
            byte[] sql = insert.readingFrom(file).getBytes(StandardCharsets.UTF_8);
            try (Chdb.Result result = connection.query(sql, request.format(), request.parameters())) {
                answer(exchange, result);
            }
        } finally {
            Files.delete(file);
        }
    }

    /// A body that ends prematurely throws an IOException before the INSERT is committed, so none of its rows is
    /// stored.
    private static void copy(InputStream from, Chdb.Insert stream) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK);
            for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                if (read > 0) {
                    MemorySegment.copy(chunk, 0, buffer, ValueLayout.JAVA_BYTE, 0, read);
                    stream.append(buffer.asSlice(0, read));
                }
            }
        }
    }

    private static void answer(HttpExchange exchange, Chdb.Result result) throws IOException {
        exchange.getResponseHeaders().set("X-ClickHouse-Summary",
                """
                        {"read_rows":"%d","read_bytes":"%d","written_rows":"%d","written_bytes":"%d"}""".formatted(
                        result.rowsRead(),
                        result.bytesRead(), result.rowsWritten(), result.bytesWritten()));
        MemorySegment data = result.data();
        exchange.sendResponseHeaders(200, data.byteSize() == 0 ? -1 : data.byteSize());
        byte[] chunk = new byte[(int) Math.min(CHUNK, data.byteSize())];
        for (long at = 0; at < data.byteSize(); at += chunk.length) {
            int length = (int) Math.min(chunk.length, data.byteSize() - at);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
            exchange.getResponseBody().write(chunk, 0, length);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
