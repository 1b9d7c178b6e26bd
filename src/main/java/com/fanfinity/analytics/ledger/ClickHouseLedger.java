package com.fanfinity.analytics.ledger;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.kafka.Topics;

/// Reads ClickHouse's side of the ledger. The queries are cheap: `match_events` has a projection with one row per part
/// (V003), and there are few dead letters.
final class ClickHouseLedger {

    private final ClickHouse clickHouse;
    private final Topics topics;

    ClickHouseLedger(ClickHouse clickHouse, Topics topics) {
        this.clickHouse = clickHouse;
        this.topics = topics;
    }

    private record PartitionCounts(int partition, StoredCounts stored) {}

    /// The counts by source partition; a missing partition has no rows. The tables are read one after another, so a row
    /// that is stored meanwhile may be visible in only one of them.
    Map<Integer, StoredCounts> read() throws SQLException {
        Map<Integer, StoredCounts> all = new HashMap<>();
        clickHouse
                .query("SELECT source_partition, countIf(accepted_number > 0), max(accepted_number) FROM "
                        + clickHouse.database()
                        + ".match_events GROUP BY source_partition",
                        row -> new PartitionCounts(row.getInt(1),
                                new StoredCounts(row.getLong(2), 0, row.getLong(3), 0)))
                .forEach(line -> all.merge(line.partition(), line.stored(), ClickHouseLedger::plus));
        clickHouse.query("SELECT toInt32OrDefault(headers['source-partition'], toInt32(-1)), count(), "
                + "max(toUInt64OrZero(headers['accepted-number'])) FROM " + clickHouse.database()
                + ".dead_letters WHERE kafka_topic = ? AND headers['accepted-number'] != '' GROUP BY 1",
                row -> new PartitionCounts(row.getInt(1), new StoredCounts(0, row.getLong(2), row.getLong(3), 0)),
                topics.accepted())
                .forEach(line -> all.merge(line.partition(), line.stored(), ClickHouseLedger::plus));
        clickHouse.query("SELECT source_partition, count() FROM " + clickHouse.database()
                + ".dead_letters WHERE kafka_topic = ? GROUP BY source_partition",
                row -> new PartitionCounts(row.getInt(1), new StoredCounts(0, 0, 0, row.getLong(2))), topics.dead())
                .forEach(line -> all.merge(line.partition(), line.stored(), ClickHouseLedger::plus));
        return all;
    }

    private static StoredCounts plus(StoredCounts a, StoredCounts b) {
        return new StoredCounts(a.rows() + b.rows(), a.parked() + b.parked(), Math.max(a.highest(), b.highest()),
                a.dead() + b.dead());
    }
}
