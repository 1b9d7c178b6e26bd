package com.fanfinity.analytics.clickhouse;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses servers on which the sink cannot store each row once.
///
/// The sink reads its progress and the running inserts from the server that it inserts into. With replicas these can
/// differ from one statement to the next: a replica lags, or another replica runs the insert. Rows would be doubled or
/// lost without an error.
///
/// Safe to use from any thread.
final class ServerCheck {

    /// Each new connection of a load balancer may lead to another server.
    private static final int CONNECTIONS = 4;

    /// The engine as a library has no id of its own.
    private static final String NO_ID = "00000000-0000-0000-0000-000000000000";

    private final ClickHouse clickHouse;
    private final Set<String> tables;
    private final ServerIdentity identity = new ServerIdentity();

    /// @param tables the names of the service's tables
    ServerCheck(ClickHouse clickHouse, Set<String> tables) {
        this.clickHouse = clickHouse;
        this.tables = Set.copyOf(tables);
    }

    /// Asks over several new connections which server answers.
    ///
    /// @throws OperatorActionException if several servers answer
    void compareConnections() throws SQLException {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (ClickHouse another = clickHouse.reconnected()) {
                ask(another);
            }
        }
    }

    /// @throws OperatorActionException if the service must not use this server
    void run() throws SQLException {
        Optional<String> refusal = ask(clickHouse).refusal(clickHouse.database());
        if (refusal.isPresent()) {
            throw new OperatorActionException(refusal.get());
        }
    }

    private ServerFacts ask(ClickHouse connection) throws SQLException {
        record Answer(String id, long uptimeSeconds, ServerFacts facts) {}
        long asked = System.nanoTime();
        Answer answer = connection.query("""
                SELECT toString(serverUUID()), toInt64(uptime()),
                    (SELECT count() FROM system.settings WHERE name = 'cloud_mode' AND value != '0')
                        + (SELECT count() FROM system.table_engines WHERE name = 'SharedMergeTree'),
                    (SELECT any(engine) FROM system.databases WHERE name = ?),
                    (SELECT arrayStringConcat(groupArray(concat(name, '=', engine)), ',') FROM system.tables
                        WHERE database = ?)""",
                row -> new Answer(row.getString(1), row.getLong(2),
                        new ServerFacts(row.getLong(3) > 0, row.getString(4), engines(row.getString(5)))),
                clickHouse.database(), clickHouse.database()).getFirst();
        if (!answer.id().equals(NO_ID)) {
            long started = System.nanoTime() - Duration.ofSeconds(answer.uptimeSeconds()).toNanos();
            identity.check(new ServerIdentity.Life(answer.id(), started, asked));
        }
        return answer.facts();
    }

    private Map<String, String> engines(String list) {
        return Arrays.stream(list.split(",", -1)).map(table -> table.split("=", 2))
                .filter(table -> tables.contains(table[0])).collect(Collectors.toMap(table -> table[0],
                        table -> table[1]));
    }
}
