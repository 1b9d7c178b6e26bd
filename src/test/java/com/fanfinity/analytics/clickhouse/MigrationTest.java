package com.fanfinity.analytics.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationTest {

    @Test
    void bundled_areReadable() {
        List<Migration> migrations = Migrations.bundled("some_database");

        assertEquals(Migrations.FILES.size(), migrations.size());
        assertFalse(migrations.stream().flatMap(migration -> migration.statements().stream())
                .anyMatch(sql -> sql.contains("${")));
    }

    @Test
    void parse_commentsWithSemicolons_endNoStatement() {
        Migration migration = Migration.parse("V012__a_name.sql", """
                -- one; two
                CREATE TABLE IF NOT EXISTS ${database}.t -- and; so on
                (a UInt8) ENGINE = Memory;
                DROP VIEW IF EXISTS ${database}.v;
                """, "db");

        assertEquals(12, migration.version());
        assertEquals("a_name", migration.name());
        assertEquals(List.of("DROP VIEW IF EXISTS db.v"), migration.statements().subList(1, 2));
        assertEquals(2, migration.statements().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE TABLE t (a UInt8) ENGINE = Memory", "INSERT INTO t VALUES (1)", "DROP TABLE t",
        "ALTER TABLE t ADD COLUMN c UInt8", "TRUNCATE TABLE t"})
    void parse_statementThatMayNotBeRunTwice_isRefused(String statement) {
        assertThrows(IllegalArgumentException.class, () -> Migration.parse("V001__x.sql", statement + ";", "db"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1__x.sql", "V1__x.sql", "V001_x.sql", "V001__X.sql", "V001__x.txt"})
    void parse_otherName_isRefused(String file) {
        assertThrows(IllegalArgumentException.class, () -> Migration.parse(file, "", "db"));
    }
}
