package com.fanfinity.analytics.clickhouse;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a server reports about itself and about the service's database.
///
/// @param cloud whether it belongs to ClickHouse Cloud
/// @param databaseEngine empty if the database does not exist
/// @param tableEngines the engines of the service's tables, by name
record ServerFacts(boolean cloud, String databaseEngine, Map<String, String> tableEngines) {

    /// Tables of an `Ordinary` database have no ids, so the sink could not see that a table was exchanged.
    private static final Set<String> DATABASE_ENGINES = Set.of("", "Atomic");
    private static final String MERGE_TREE = "MergeTree";

    private static final String REASON = ". The sink stores each row once only with tables of a single server, "
            + "without replicas: see docs/operations/deploy.md";

    ServerFacts {
        tableEngines = new TreeMap<>(tableEngines);
    }

    /// Why the service must not use the server; empty if it may.
    Optional<String> refusal(String database) {
        if (cloud) {
            return Optional.of("ClickHouse Cloud is not supported" + REASON);
        }
        if (!DATABASE_ENGINES.contains(databaseEngine)) {
            return Optional.of("the database %s has the engine %s, but needs Atomic".formatted(database,
                    databaseEngine) + REASON);
        }
        return tableEngines.entrySet().stream().filter(table -> !isOfOneServer(table.getValue())).findFirst()
                .map(table -> "the table %s.%s has the engine %s, but needs a MergeTree engine without replication"
                        .formatted(database, table.getKey(), table.getValue()) + REASON);
    }

    /// The names of the replicated engines begin with `Replicated` or `Shared`.
    private static boolean isOfOneServer(String engine) {
        return engine.endsWith(MERGE_TREE) && !engine.startsWith("Replicated") && !engine.startsWith("Shared");
    }
}
