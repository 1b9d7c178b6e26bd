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

/// The server, over clickhouse-jdbc. Safe to use from many threads.
///
/// Statements and questions are plain JDBC. Rows go through the client beneath the JDBC connection: the driver's own
/// batches (0.11.0) make their insert's settings themselves, so that neither a deduplication token nor a query id could
/// be given.
public final class ClickHouse implements AutoCloseable {

    private final DataSource source;
    private final String database;
    private @Nullable Connection connection;

    /// @param clientName by which the server's logs know the connection
    /// @throws IllegalArgumentException if the URL cannot be used
    public ClickHouse(Settings.ClickHouse settings, String clientName) {
        database = settings.database();
        source = dataSource(settings, clientName);
    }

    private static DataSource dataSource(Settings.ClickHouse settings, String clientName) {
        String timeout = Long.toString(settings.timeout().toMillis());
        Properties properties = new Properties();
        properties.putAll(Map.of("user", settings.user(), "password", settings.password().value(), "compress", "false", "decompress",
                "false", "socket_timeout", timeout, "connection_timeout", "5000", "connection_request_timeout", timeout,
                // Tries are counted and their outcome judged here, not below.
                "retry", "0", "client_name", clientName));
        try {
            return new DataSourceImpl("jdbc:clickhouse:" + settings.url() + "/default", properties);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("CLICKHOUSE_URL cannot be used: " + settings.url(), e);
        }
    }

    /// The database of the tables. It need not exist yet, so names in statements carry it.
    public String database() {
        return database;
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /// One value of a row of an answer.
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Takes the rows of an answer as they come.
    public interface RowConsumer {
        void take(ResultSet row) throws SQLException;
    }

    /// @param parameters for the question marks of the statement, in their order: texts, numbers
    public <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        List<T> answer = new ArrayList<>();
        stream(sql, row -> answer.add(reader.read(row)), parameters);
        return answer;
    }

    /// As {@link #query}, without holding the answer in memory.
    public void stream(String sql, RowConsumer consumer, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    consumer.take(rows);
                }
            }
        }
    }

    /// Sends rows as RowBinary and returns when the server has confirmed that they are stored.
    ///
    /// @param table without its database
    /// @param columns in the order in which the rows are encoded
    /// @throws ExecutionException if the server did not confirm the insert, for any cause
    public void insert(String table, List<String> columns, InputStream rows, InsertSettings settings)
            throws SQLException, InterruptedException, ExecutionException {
        Client client = connection().unwrap(ConnectionImpl.class).getClient();
        try (rows;
                InsertResponse _ = client.insert(database + '.' + table, columns, rows, ClickHouseFormat.RowBinary, settings).get()) {
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
