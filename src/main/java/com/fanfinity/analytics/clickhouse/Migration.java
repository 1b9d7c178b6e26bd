package com.fanfinity.analytics.clickhouse;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fanfinity.analytics.event.Sha256;

/// One numbered step of the schema.
///
/// ClickHouse has neither transactions nor locks for its schema. So several instances may run the same statement, and a
/// crash may interrupt a migration. Migrations are safe because each statement may run twice. This class rejects other
/// statements.
///
/// @param checksum SHA-256 of the file's text when the file was released, in hexadecimal
public record Migration(int version, String name, String checksum, List<String> statements) {

    /// The checksums of the original texts of the first five files.
    ///
    /// A checksum covers the comments of a file too. Databases store the checksums of the original texts, and the
    /// service rejects a database if a stored checksum differs. The comments of these files changed later. With the
    /// original checksums, this release accepts the databases of earlier releases, and earlier releases accept the
    /// databases that this release creates.
    ///
    /// The checksum of a file in this table does not detect a changed statement. `MigrationTest` pins the statements
    /// instead. Add no file to this table: the checksum of a newer file is the hash of its text.
    static final Map<String, String> FROZEN_CHECKSUMS = Map.of(
            "V001__tables.sql", "d080ccd2639fcf08a3ed297975913a90f44e34040f6205af4864f1d5cce53ee3",
            "V002__views.sql", "2792b0236aba9990ed65a266ef5a643805ca6261eae159405d5092dd2b8849c8",
            "V003__ledger.sql", "756c13f76a74af20895bf960d244d38ddfe001a5ca6fe51e5b9091ecf66b87ab",
            "V004__dead_letter_replays.sql", "462d45d1d24e80963200a27b2b6af837fe07b08d4f0a498e1da9143ce8f4704f",
            "V005__acceptance.sql", "9126684cc2d2041e2f6229b18a44b0bb9422e4a3f798dbc803ad4191695e9cae");

    private static final Pattern FILE = Pattern.compile("V(\\d{3})__([a-z0-9_]+)\\.sql");

    private static final Pattern REPEATABLE = Pattern.compile(
            "CREATE (TABLE|DATABASE|VIEW|MATERIALIZED VIEW|DICTIONARY) IF NOT EXISTS .*"
                    + "|CREATE OR REPLACE (VIEW|DICTIONARY) .*"
                    + "|DROP (TABLE|VIEW) IF EXISTS .*|ALTER TABLE \\S+ ("
                    + "ADD (COLUMN|INDEX|PROJECTION) IF NOT EXISTS|DROP COLUMN IF EXISTS|"
                    + "MATERIALIZE (COLUMN|INDEX)|MODIFY|COMMENT) .*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern CREATED_TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS \\w+\\.(\\w+)",
            Pattern.CASE_INSENSITIVE);

    /// @param file such as `V001__tables.sql`
    /// @param text the statements; `${database}` is replaced by the name of the database
    /// @throws IllegalArgumentException if the name has another form, or a statement may not run twice
    public static Migration parse(String file, String text, String database) {
        Matcher matcher = FILE.matcher(file);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a migration must be named like V001__tables.sql, not " + file);
        }
        List<String> statements = Arrays.stream(withoutComments(text).replace("${database}", database).split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty()).toList();
        for (String statement : statements) {
            if (!REPEATABLE.matcher(statement.replaceAll("\\s+", " ")).matches()) {
                throw new IllegalArgumentException(
                        file + " holds a statement that may not be run twice: "
                                + statement.lines().findFirst().orElse(""));
            }
        }
        return new Migration(Integer.parseInt(matcher.group(1)), matcher.group(2), checksum(file, text), statements);
    }

    /// The names of the tables that it creates.
    Set<String> tables() {
        return statements.stream().map(CREATED_TABLE::matcher).filter(Matcher::lookingAt)
                .map(matcher -> matcher.group(1)).collect(Collectors.toSet());
    }

    private static String checksum(String file, String text) {
        String frozen = FROZEN_CHECKSUMS.get(file);
        return frozen == null ? Sha256.hex(text) : frozen;
    }

    /// A comment begins at `--` and ends with the line. A semicolon in a comment does not end a statement.
    private static String withoutComments(String text) {
        return text.lines().map(line -> line.replaceFirst("--.*", "")).collect(Collectors.joining("\n"));
    }
}
