package com.fanfinity.analytics.clickhouse;

import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;

import javax.sql.DataSource;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.ConnectionImpl;
import com.clickhouse.jdbc.DataSourceImpl;
import org.jspecify.annotations.Nullable;

import com.fanfinity.analytics.config.Settings;

/// Accesses ClickHouse through clickhouse-jdbc. Safe for use by several threads.
///
/// Statements and queries use plain JDBC. Inserts use the client inside the JDBC connection, because the batches of the
/// driver (0.11.0) allow neither a deduplication token nor a query id.
public final class ClickHouse implements AutoCloseable {

    private final Settings.ClickHouse settings;
    private final String clientName;
    private final DataSource source;
    private @Nullable Connection connection;

    /// @param clientName the name of this client in the server's query log
    /// @throws IllegalArgumentException if the URL cannot be used
    public ClickHouse(Settings.ClickHouse settings, String clientName) {
        this.settings = settings;
        this.clientName = clientName;
        source = dataSource(settings, clientName);
    }

    private static DataSource dataSource(Settings.ClickHouse settings, String clientName) {
        String timeout = Long.toString(settings.timeout().toMillis());
        Properties properties = new Properties();
        properties.putAll(Map.of("user", settings.user(), "password", settings.password().value(), "compress", "false",
                "decompress",
                "false", "socket_timeout", timeout, "connection_timeout", "5000", "connection_request_timeout", timeout,
                // The sink retries and classifies failures itself, so the client must not retry.
                "retry", "0", "client_name", clientName));
        // The driver checks the server's certificate and host name for https.
        settings.caFile().ifPresent(file -> properties.put("sslrootcert", file.toString()));
        try {
            return new DataSourceImpl("jdbc:clickhouse:" + settings.url() + "/default", properties);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("CLICKHOUSE_URL cannot be used: " + settings.url(), e);
        }
    }

    /// The database of the tables. It may not exist yet, so statements use qualified names.
    public String database() {
        return settings.database();
    }

    /// A client like this one, with connections of its own.
    ClickHouse reconnected() {
        return new ClickHouse(settings, clientName);
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /// Converts one row of a result.
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Receives the rows of a result one by one.
    public interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    /// @param parameters the values for the question marks of the statement, in order: texts and numbers
    public <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        List<T> answer = new ArrayList<>();
        stream(sql, row -> answer.add(reader.read(row)), parameters);
        return answer;
    }

    /// The same as {@link #query}, but without the whole result in memory.
    public void stream(String sql, RowConsumer consumer, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    consumer.accept(rows);
                }
            }
        }
    }

    /// Sends rows as RowBinary and returns when the server has confirmed that they are stored.
    ///
    /// @param target the statement between `INSERT INTO` and `FORMAT RowBinary`
    /// @throws ExecutionException if the server did not confirm the insert, for any cause
    public void insert(String target, InputStream rows, InsertSettings settings)
            throws SQLException, InterruptedException, ExecutionException {
        Client client = connection().unwrap(ConnectionImpl.class).getClient();
        try (rows;
                InsertResponse _ = client.insert(target, rows, ClickHouseFormat.RowBinary, settings).get()) {
            return;
        } catch (java.io.IOException | RuntimeException e) {
            throw new ExecutionException(e);
        }
    }

    private synchronized Connection connection() throws SQLException {
        if (connection == null || connection.isClosed()) {
            connection = source.getConnection();
        }
        return connection;
    }

    @Override
    public synchronized void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
