package com.fanfinity.analytics.rows;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fanfinity.analytics.clickhouse.ClickHouse;

/// Compares the columns of a table with those that the sink writes. Other columns do not matter.
public final class TableStructure {

    /// The type of a column can list a thousand names.
    private static final int SHOWN_CHARACTERS = 60;

    /// @param kind how its value arises if the insert has none; empty if it is the default of its type
    private record Column(String name, String type, String kind) {

        boolean takesValues() {
            return kind.isEmpty() || kind.equals("DEFAULT");
        }
    }

    private TableStructure() {}

    public static boolean exists(ClickHouse clickHouse, Table table) throws SQLException {
        return !columns(clickHouse, table).isEmpty();
    }

    /// A column that is missing, has another type, or takes no values; empty if there is none. LowCardinality makes no
    /// difference.
    public static Optional<String> difference(ClickHouse clickHouse, Table table) throws SQLException {
        Map<String, Column> columns = columns(clickHouse, table).stream()
                .collect(Collectors.toMap(Column::name, Function.identity()));
        if (columns.isEmpty()) {
            return Optional.of("it does not exist");
        }
        for (String column : table.structure().split(", (?=\\w+ [A-Z])", -1)) {
            String name = column.substring(0, column.indexOf(' '));
            Optional<String> fault = difference(name, column.substring(name.length() + 1),
                    Optional.ofNullable(columns.get(name)));
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(String name, String type, Optional<Column> found) {
        if (found.isEmpty()) {
            return Optional.of("it has no column " + name);
        }
        if (!found.get().type().equals(type)) {
            return Optional.of("its column " + name + " has the type " + shown(found.get().type()) + ", but needs "
                    + type);
        }
        return found.get().takesValues()
                ? Optional.empty()
                : Optional.of("its column " + name + " is " + found.get().kind() + " and takes no values");
    }

    private static List<Column> columns(ClickHouse clickHouse, Table table) throws SQLException {
        return clickHouse.query("SELECT name, type, default_kind FROM system.columns WHERE database = ? AND table = ?",
                row -> new Column(row.getString(1), plain(row.getString(2)), row.getString(3)), clickHouse.database(),
                table.tableName());
    }

    private static String plain(String type) {
        return type.replaceAll("LowCardinality\\(([^()]*)\\)", "$1");
    }

    private static String shown(String type) {
        return type.length() <= SHOWN_CHARACTERS ? type : type.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
