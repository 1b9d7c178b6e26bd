package com.fanfinity.analytics.clickhouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.event.ResourceDirectory;
import com.fanfinity.analytics.event.Resources;
import com.fanfinity.analytics.event.Sha256;

class MigrationTest {

    /// @param checksum SHA-256 of the original text, as databases store it
    /// @param statements SHA-256 of the statements without comments, with each run of white space as one space
    record Frozen(String file, String checksum, String statements) {}

    /// The service does not run these files again on an existing database. So a changed statement would change the
    /// schema of new databases only. Do not change a hash: add a migration.
    static final List<Frozen> FROZEN = List.of(
            new Frozen("V001__tables.sql", "d080ccd2639fcf08a3ed297975913a90f44e34040f6205af4864f1d5cce53ee3",
                    "2d99e8075555a76d0d801292ab9e659341fa0cb906d31ddf44f129b4105a6467"),
            new Frozen("V002__views.sql", "2792b0236aba9990ed65a266ef5a643805ca6261eae159405d5092dd2b8849c8",
                    "c3bbc31d97eb7417a18738e8c5fc5b9271c3e2eeceffc43eaf3ff1659ff94bf9"),
            new Frozen("V003__ledger.sql", "756c13f76a74af20895bf960d244d38ddfe001a5ca6fe51e5b9091ecf66b87ab",
                    "cf2639311a315e2ea7b66a39c1bb16bdebd697a7fe55cb2b219ca7ec0690edef"),
            new Frozen("V004__dead_letter_replays.sql",
                    "462d45d1d24e80963200a27b2b6af837fe07b08d4f0a498e1da9143ce8f4704f",
                    "bc47e15bac6261e50c379b8bbcbfeac29c244d50484ad72b5b5603fc71f99935"),
            new Frozen("V005__acceptance.sql", "9126684cc2d2041e2f6229b18a44b0bb9422e4a3f798dbc803ad4191695e9cae",
                    "c0ae302ba848376b5682d9aeb3642a670f8d69291b4752c05e037471a044b0bd"));

    @ParameterizedTest
    @FieldSource("FROZEN")
    void frozenFile_keepsItsChecksumAndItsStatements(Frozen frozen) {
        String text = Resources.text("/clickhouse/" + frozen.file());
        Migration migration = Migration.parse(frozen.file(), text, "${database}");

        assertEquals(frozen.checksum(), migration.checksum());
        assertEquals(frozen.statements(), hash(migration.statements()), "a statement of " + frozen.file() + " changed");
    }

    @Test
    void frozenChecksums_areOnlyThoseOfTheFirstFiveFiles() {
        Map<String, String> expected = FROZEN.stream().collect(Collectors.toMap(Frozen::file, Frozen::checksum));

        assertEquals(expected, Migration.FROZEN_CHECKSUMS);
        assertTrue(ResourceDirectory.read("/clickhouse").keySet().containsAll(expected.keySet()), expected::toString);
    }

    @Test
    void parse_newerFile_hasTheHashOfItsTextAsChecksum() {
        String text = "-- a comment\nDROP VIEW IF EXISTS ${database}.v;\n";

        assertEquals(Sha256.hex(text), Migration.parse("V006__v.sql", text, "db").checksum());
    }

    private static String hash(List<String> statements) {
        return Sha256.hex(String.join(";", statements).replaceAll("\\s+", " "));
    }

    @Test
    void bundled_areReadable() {
        List<Migration> migrations = Migrations.bundled("some_database");

        assertEquals(ResourceDirectory.read("/clickhouse").size(), migrations.size());
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
