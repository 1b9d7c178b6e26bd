package com.fanfinity.analytics.rows;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fanfinity.analytics.clickhouse.ClickHouse;

/// Compares the columns of a table with those that the sink writes. Other columns do not matter.
public final class TableStructure {

    /// The type of a column can list a thousand names.
    private static final int SHOWN_CHARACTERS = 60;

    private TableStructure() {}

    /// A column that is missing or has another type; empty if there is none. LowCardinality makes no difference.
    public static Optional<String> difference(ClickHouse clickHouse, Table table) throws SQLException {
        Map<String, String> types = clickHouse
                .query("SELECT name, type FROM system.columns WHERE database = ? AND table = ?",
                        row -> Map.entry(row.getString(1), row.getString(2)), clickHouse.database(), table.tableName())
                .stream().collect(Collectors.toMap(Map.Entry::getKey, column -> plain(column.getValue())));
        for (String column : table.structure().split(", (?=\\w+ [A-Z])", -1)) {
            String name = column.substring(0, column.indexOf(' '));
            String expected = column.substring(name.length() + 1);
            String found = types.getOrDefault(name, "");
            if (!found.equals(expected)) {
                return Optional.of(found.isEmpty()
                        ? "it has no column " + name
                        : "its column " + name + " has the type " + shown(found) + ", but needs " + expected);
            }
        }
        return Optional.empty();
    }

    private static String plain(String type) {
        return type.replaceAll("LowCardinality\\(([^()]*)\\)", "$1");
    }

    private static String shown(String type) {
        return type.length() <= SHOWN_CHARACTERS ? type : type.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
