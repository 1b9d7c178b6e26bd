package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;

import com.clickhouse.client.api.ServerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowErrorsTest {

    private static Exception failure(int code) {
        return new ExecutionException(new SQLException(new ServerException(code, "refused: why", 500, "query")));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 27, 53, 117, 469})
    void codeIn_errorOfARow_isItsCode(int code) {
        assertEquals(OptionalInt.of(code), RowErrors.codeIn(failure(code)));
        assertTrue(RowErrors.isOfARow(code));
        assertFalse(RowErrors.isOfACutRow(code));
    }

    /// Missing bytes (32, 33), a computed column, an expression that fails.
    @ParameterizedTest
    @ValueSource(ints = {32, 33, 44, 153, 349, 395})
    void codeIn_errorOfATable_isItsCodeAndParksNoRow(int code) {
        assertEquals(OptionalInt.of(code), RowErrors.codeIn(failure(code)));
        assertFalse(RowErrors.isOfARow(code));
        assertEquals(code <= 33, RowErrors.isOfACutRow(code));
    }

    /// No memory, no table, no space, too many parts, a dropped table, a server that is read-only.
    @ParameterizedTest
    @ValueSource(ints = {241, 60, 243, 252, 218, 164, 242})
    void codeIn_errorOfTheServer_isEmpty(int code) {
        assertEquals(OptionalInt.empty(), RowErrors.codeIn(failure(code)));
        assertTrue(RowErrors.isAnswer(failure(code)));
    }

    @Test
    void codeIn_noAnswer_isEmpty() {
        assertEquals(OptionalInt.empty(), RowErrors.codeIn(new ExecutionException(new IOException("reset"))));
        assertFalse(RowErrors.isAnswer(new ExecutionException(new IOException("reset"))));
    }

    /// A view of an operator may use `throwIf`, as a claim does.
    @Test
    void has_otherCodeOrText_isFalse() {
        assertTrue(RowErrors.has(failure(395), 395, "why"));
        assertFalse(RowErrors.has(failure(395), 395, "the claim"));
        assertFalse(RowErrors.has(failure(53), 395, "why"));
    }
}
