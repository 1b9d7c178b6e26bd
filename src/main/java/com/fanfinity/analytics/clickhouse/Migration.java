package com.fanfinity.analytics.clickhouse;

import java.util.Arrays;
import java.util.List;
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
/// @param checksum SHA-256 of the file in the jar, in hexadecimal
public record Migration(int version, String name, String checksum, List<String> statements) {

    private static final Pattern FILE = Pattern.compile("V(\\d{3})__([a-z0-9_]+)\\.sql");

    private static final Pattern REPEATABLE = Pattern.compile(
            "CREATE (TABLE|DATABASE|VIEW|MATERIALIZED VIEW|DICTIONARY) IF NOT EXISTS .*|CREATE OR REPLACE (VIEW|DICTIONARY) .*"
                    + "|DROP (TABLE|VIEW) IF EXISTS .*|ALTER TABLE \\S+ (ADD (COLUMN|INDEX|PROJECTION) IF NOT EXISTS|DROP COLUMN IF EXISTS|"
                    + "MODIFY|COMMENT) .*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

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
        return new Migration(Integer.parseInt(matcher.group(1)), matcher.group(2), Sha256.hex(text), statements);
    }

    /// A comment begins at `--` and ends with the line. A semicolon in a comment does not end a statement.
    private static String withoutComments(String text) {
        return text.lines().map(line -> line.replaceFirst("--.*", "")).collect(Collectors.joining("\n"));
    }
}
