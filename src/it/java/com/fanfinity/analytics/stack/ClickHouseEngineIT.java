package com.fanfinity.analytics.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.data_formats.RowBinaryFormatWriter;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.metadata.TableSchema;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.StatementImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.process.Ports;

/// The features of ClickHouse that the service uses through clickhouse-jdbc, tested on the engine of this machine.
class ClickHouseEngineIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String EVENTS = """
            CREATE TABLE events (id UUID, match LowCardinality(String), at DateTime64(3, 'UTC'), text String,
              by_type Map(String, UInt64), position UInt64)
            ENGINE = ReplacingMergeTree ORDER BY (match, id) SETTINGS non_replicated_deduplication_window = 1000""";
    private static final Instant AT = Instant.parse("2018-07-15T15:37:58.895Z");
    private static final String TWO_BLANK_LINES = "a\n\n\nb; SELECT '\\ \t ü";

    private final String database = "it_" + UUID.randomUUID().toString().replace("-", "");
    private ClickHouseEngine engine;

    @BeforeEach
    void createDatabase() throws SQLException {
        engine = RealParts.engine();
        execute(engine, "default", "CREATE DATABASE " + database + " ENGINE = Atomic");
        execute(engine, database, EVENTS);
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        execute(engine, "default", "DROP DATABASE " + database);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void batch_written_isReadUnchanged(String rowBinary) throws SQLException {
        UUID id = UUID.randomUUID();
        try (Connection connection = connect(engine, database,
                Map.of("beta.row_binary_for_simple_insert", rowBinary))) {
            insert(connection, "batch-" + id, id, 3);
            try (PreparedStatement select = connection
                    .prepareStatement(
                            "SELECT id, match, at, text, by_type, position FROM events WHERE id = ? AND at <= ?")) {
                select.setObject(1, id);
                select.setObject(2, AT.atOffset(ZoneOffset.UTC));
                ResultSet rows = select.executeQuery();

                assertTrue(rows.next());
                assertEquals(id, rows.getObject("id", UUID.class));
                assertEquals("match-0", rows.getString("match"));
                assertEquals(AT, rows.getTimestamp("at").toInstant());
                assertEquals(TWO_BLANK_LINES, rows.getString("text"));
                assertEquals("{goal=2, pass=700}", new TreeMap<>((Map<?, ?>) rows.getObject("by_type")).toString());
                assertEquals(0, rows.getLong("position"));
                assertFalse(rows.next());
            }
            assertEquals(3, count(connection, "SELECT count() FROM events"));
        }
    }

    /// The token decides, not the rows: each attempt has other rows, so only the token can prevent them.
    @Test
    void token_repeated_isStoredOnceAlsoAfterKill(@TempDir Path dir) throws Exception {
        try (ClickHouseEngine own = ClickHouseEngine.start(dir, Ports.free())) {
            execute(own, "default", "CREATE DATABASE own ENGINE = Atomic");
            execute(own, "own", EVENTS);
            for (int attempt = 0; attempt < 2; attempt++) {
                try (Connection connection = connect(own, "own", Map.of())) {
                    insert(connection, "match-events-accepted-3-0-2", UUID.randomUUID(), 3);
                }
                insertRowBinary(own, "own", "match-events-accepted-3-3-4", 2);
                own.kill();
                own.restart();
            }
            try (Connection connection = connect(own, "own", Map.of())) {
                assertEquals(5, count(connection, "SELECT count() FROM events"));

                insert(connection, "match-events-accepted-3-5-7", UUID.randomUUID(), 3);
                assertEquals(8, count(connection, "SELECT count() FROM events"), "another token is another batch");
            }
        }
    }

    @Test
    void token_differentWithIdenticalRows_isStoredTwice() throws Exception {
        execute(engine, database, EVENTS.replace("TABLE events", "TABLE plain").replace("Replacing", ""));
        for (String token : new String[]{"a", "b", "b"}) {
            post("database=" + database + "&insert_deduplication_token=" + token,
                    "INSERT INTO plain (position) VALUES (1)");
        }
        try (Connection connection = connect(engine, database, Map.of())) {
            assertEquals(2, count(connection, "SELECT count() FROM plain"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 900000", "Transfer-Encoding: chunked"})
    void insert_endsPrematurely_isListedWhileRunningAndStoresNothing(String framing) throws Exception {
        execute(engine, database, "CREATE TABLE numbers (n UInt64) ENGINE = MergeTree ORDER BY n");
        String queryId = "match-events-accepted-3-" + database + "-" + framing.length();
        String rows = "INSERT INTO numbers VALUES " + "(1),".repeat(50_000);
        String body = framing.startsWith("Transfer")
                ? Integer.toHexString(rows.length()) + "\r\n" + rows + "\r\n"
                : rows;
        URI url = URI.create(engine.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /?database=%s&query_id=%s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s"
                    .formatted(database, queryId, framing, body)
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
            Await.until(SOON, "the insert is seen as running", () -> running(queryId) == 1);
        }

        Await.until(SOON, "the insert is seen as ended", () -> running(queryId) == 0);
        try (Connection connection = connect(engine, database, Map.of())) {
            assertEquals(0, count(connection, "SELECT count() FROM numbers"));
        }
    }

    @Test
    void requests_several_runInParallel() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Long> nap = () -> {
                try (Connection connection = connect(engine, database, Map.of())) {
                    return count(connection,
                            "SELECT sum(sleepEachRow(0.25)) + max(number) FROM numbers(4) SETTINGS max_block_size = 1");
                }
            };
            long start = System.nanoTime();
            for (Future<Long> answer : threads.invokeAll(Collections.nCopies(8, nap))) {
                assertEquals(3, answer.get());
            }

            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            assertTrue(millis < 5_000, () -> "8 requests of 1 s each took " + millis + " ms");
        }
    }

    @Test
    void error_fromTheEngine_hasItsCode() throws SQLException {
        try (Connection connection = connect(engine, database, Map.of());
                Statement statement = connection.createStatement()) {
            SQLException failure = assertThrows(SQLException.class,
                    () -> statement.executeQuery("SELECT * FROM nowhere"));

            assertEquals(60, failure.getErrorCode());
            assertTrue(String.valueOf(failure.getMessage()).contains("Code: 60. DB::Exception: "), failure::getMessage);
        }
    }

    @Test
    void row_invalid_storesNothing() throws Exception {
        HttpResponse<String> answer = post("database=" + database,
                "INSERT INTO events (position) VALUES (1), (2), ('x')");

        assertEquals(400, answer.statusCode() / 100 * 100, answer::body);
        assertFalse(answer.headers().firstValue("X-ClickHouse-Exception-Code").isEmpty());
        try (Connection connection = connect(engine, database, Map.of())) {
            assertEquals(0, count(connection, "SELECT count() FROM events"));
        }
    }

    @Test
    void settings_ofARequest_applyToItsStatementOnly() throws Exception {
        String ask = "SELECT getSetting('max_execution_time'), getSetting('log_comment')";

        assertEquals("7\tmine\n", post("max_execution_time=7&log_comment=mine", ask).body());
        for (int i = 0; i < 20; i++) {
            assertEquals("0\t\n", post("", ask).body());
        }
        assertEquals("115",
                post("no_such_setting=1", ask).headers().firstValue("X-ClickHouse-Exception-Code").orElse(""));
    }

    @Test
    void parameters_inAQuery_areBoundByTheEngine() throws Exception {
        assertEquals("it's\t42\n",
                post("param_name=" + URLEncoder.encode("it's", StandardCharsets.UTF_8) + "&param_n=41",
                        "SELECT {name:String}, {n:UInt8} + 1 FORMAT TSVRaw")
                        .body());
    }

    @Test
    void answer_anyQuery_hasQueryIdAndSummary() throws Exception {
        HttpResponse<String> answer = post("query_id=mine-7&database=" + database,
                "INSERT INTO events (position) VALUES (1), (2)");

        assertEquals("mine-7", answer.headers().firstValue("X-ClickHouse-Query-Id").orElse(""));
        assertTrue(answer.headers().firstValue("X-ClickHouse-Summary").orElse("").contains("\"written_rows\":\"2\""),
                () -> answer.headers().map().toString());
    }

    @Test
    void start_portInUse_namesIt(@TempDir Path dir) {
        int port = URI.create(engine.url()).getPort();

        IllegalStateException failure = assertThrows(IllegalStateException.class,
                () -> ClickHouseEngine.start(dir, port));

        assertEquals("port " + port + " of clickhouse is in use by another process", failure.getMessage());
    }

    /// The query of a sink that takes over a partition, which works on a server and on the bridge.
    private long running(String queryId) throws SQLException {
        try (Connection connection = connect(engine, database, Map.of());
                PreparedStatement select = connection.prepareStatement("""
                        SELECT count() FROM system.processes
                        WHERE startsWith(query_id, ?) OR startsWith(Settings['log_comment'], ?)""")) {
            select.setString(1, queryId);
            select.setString(2, queryId);
            ResultSet rows = select.executeQuery();
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    private static void insert(Connection connection, String token, UUID first, int rows) throws SQLException {
        try (PreparedStatement insert = connection
                .prepareStatement(
                        "INSERT INTO events (id, match, at, text, by_type, position) VALUES (?, ?, ?, ?, ?, ?)")) {
            // As RowBinary (beta.row_binary_for_simple_insert) the driver 0.11.0 drops these; its client below keeps
            // them.
            insert.unwrap(StatementImpl.class).getLocalSettings().setQueryId(token)
                    .serverSetting("insert_deduplication_token", token);
            for (int i = 0; i < rows; i++) {
                insert.setObject(1, new UUID(first.getMostSignificantBits(), first.getLeastSignificantBits() + i));
                insert.setString(2, "match-" + i);
                insert.setObject(3, AT.atOffset(ZoneOffset.UTC));
                insert.setString(4, TWO_BLANK_LINES);
                insert.setObject(5, Map.of("goal", 2, "pass", 700));
                insert.setLong(6, i);
                insert.addBatch();
            }
            assertEquals(rows, insert.executeBatch().length);
        }
    }

    private static void insertRowBinary(ClickHouseEngine engine, String database, String token, int rows)
            throws Exception {
        try (Client client = new Client.Builder().addEndpoint(engine.url()).setUsername("default").setPassword("")
                .setDefaultDatabase(database).compressServerResponse(false).build()) {
            TableSchema schema = client.getTableSchema("events");
            InsertSettings settings = new InsertSettings().setQueryId(token).setDeduplicationToken(token);
            try (InsertResponse answer = client.insert("events", out -> {
                RowBinaryFormatWriter writer = new RowBinaryFormatWriter(out, schema, ClickHouseFormat.RowBinary);
                for (int i = 0; i < rows; i++) {
                    writer.setValue("id", UUID.randomUUID());
                    writer.setString("match", "binary");
                    writer.setValue("at", AT.atZone(ZoneOffset.UTC));
                    writer.setString("text", TWO_BLANK_LINES);
                    writer.setValue("by_type", Map.of("goal", 1));
                    writer.setValue("position", i);
                    writer.commitRow();
                }
            }, ClickHouseFormat.RowBinary, settings).get()) {
                assertEquals(token, answer.getQueryId());
            }
        }
    }

    private HttpResponse<String> post(String parameters, String sql) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(engine.url() + "/?" + parameters))
                    .POST(HttpRequest.BodyPublishers.ofString(sql)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next());
            return rows.getLong(1);
        }
    }

    private static void execute(ClickHouseEngine engine, String database, String sql) throws SQLException {
        try (Connection connection = connect(engine, database, Map.of());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(ClickHouseEngine engine, String database, Map<String, String> more)
            throws SQLException {
        Properties properties = new Properties();
        properties.putAll(Map.of("compress", "false", "user", "default"));
        properties.putAll(more);
        return DriverManager.getConnection("jdbc:clickhouse:" + engine.url() + "/" + database, properties);
    }
}
