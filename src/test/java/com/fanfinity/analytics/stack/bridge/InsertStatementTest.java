package com.fanfinity.analytics.stack.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsertStatementTest {
    @Test
    void of_insertWithData_splitsIt() {
        assertSplit("INSERT INTO t VALUES (1)", "INSERT INTO t", "Values", " (1)");
        assertSplit("insert into t (`values`, b) values('format')", "insert into t (`values`, b)", "Values",
                "('format')");
        assertSplit("/* VALUES */ INSERT INTO t FORMAT RowBinary \n\n\nx", "/* VALUES */ INSERT INTO t", "RowBinary",
                "\n\nx");
        assertSplit("-- c\nINSERT INTO t SETTINGS a = 'it\\'s VALUES' FORMAT TSV\r\nx",
                "-- c\nINSERT INTO t SETTINGS a = 'it\\'s VALUES'",
                "TSV", "x");
        assertSplit("INSERT INTO `tschüss` VALUES (1)", "INSERT INTO `tschüss`", "Values", " (1)");
    }

    @Test
    void readingFrom_insertSelectFromInput_readsTheFile() {
        byte[] bytes = ("INSERT INTO `ü` (a) SELECT a FROM input('a UInt8, `input(` String') WHERE NOT "
                + "throwIf((SELECT max(b) FROM c) > 1, 'x') FORMAT RowBinary\nx").getBytes(StandardCharsets.UTF_8);

        var found = (InsertStatement.Found.WithData) InsertStatement.find(bytes, false);

        assertEquals("INSERT INTO `ü` (a) SELECT a FROM file('/t/d', RowBinary, 'a UInt8, `input(` String') WHERE NOT "
                + "throwIf((SELECT max(b) FROM c) > 1, 'x')", found.statement().readingFrom(Path.of("/t/d")));
        assertEquals(bytes.length - 1, found.statement().dataStart());
    }

    private static void assertSplit(String text, String sql, String format, String data) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        var found = (InsertStatement.Found.WithData) InsertStatement.find(bytes, false);

        assertEquals(sql, found.statement().sql());
        assertEquals(format, found.statement().format());
        int start = found.statement().dataStart();
        assertEquals(data, new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1 FORMAT CSV", "INSERT INTO t SELECT 1",
        "INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x",
        "CREATE TABLE insert (a Int8)", ""})
    void of_otherStatement_keepsItWhole(String text) {
        assertEquals(new InsertStatement.Found.Other(),
                InsertStatement.find(text.getBytes(StandardCharsets.UTF_8), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INS", "INSERT INTO t (a", "INSERT INTO t VALUE", "INSERT INTO t FORMAT Row",
        "INSERT INTO t FORMAT RowBinary", "INSERT INTO t /* "})
    void of_tooFewBytes_isUnclear(String text) {
        assertEquals(new InsertStatement.Found.Unclear(),
                InsertStatement.find(text.getBytes(StandardCharsets.UTF_8), false));
    }
}
