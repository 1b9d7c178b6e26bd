package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.ClickHouse;
import com.fanfinity.analytics.clickhouse.Migration;
import com.fanfinity.analytics.clickhouse.Migrations;
import com.fanfinity.analytics.stack.RealParts;

@Tag("external")
class MigrationsIT {

    @Test
    void apply_severalInstancesAtOnce_appliesEachOnce() throws Exception {
        try (SinkFixture fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
                ExecutorService instances = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> instance = () -> {
                try (ClickHouse clickHouse = fixture.clickHouse()) {
                    new Migrations(clickHouse, Migrations.bundled(fixture.name)).apply();
                    return true;
                }
            };
            List<Future<Boolean>> all = new ArrayList<>(
                    instances.invokeAll(List.of(instance, instance, instance, instance)));
            all.add(instances.submit(instance));
            for (Future<Boolean> one : all) {
                assertEquals(true, one.get());
            }
            assertEquals(
                    Migrations.bundled(fixture.name).stream()
                            .map(migration -> migration.version() + "\t" + migration.name())
                            .collect(Collectors.joining("\n")),
                    fixture.query("SELECT version, name FROM $db.schema_migrations ORDER BY version"));
        }
    }

    @Test
    void apply_migrationChangedAfterwards_isRejected() throws Exception {
        try (SinkFixture fixture = new SinkFixture(RealParts.broker(), RealParts.engine().url(), 1);
                ClickHouse clickHouse = fixture.clickHouse()) {
            String statement = "CREATE TABLE IF NOT EXISTS ${database}.t (a UInt8) ENGINE = MergeTree ORDER BY a;";
            new Migrations(clickHouse, List.of(Migration.parse("V001__t.sql", statement, fixture.name))).apply();
            Migrations changed = new Migrations(clickHouse,
                    List.of(Migration.parse("V001__t.sql", statement + " ", fixture.name)));

            assertThrows(Migrations.ChangedException.class, changed::apply);
        }
    }
}
